/** @file One after another: what shares a single connection waits here for its turn. */

/** Lets one in at a time, in the order of asking. */
export interface Mutex {
  /** Waits for a turn. @returns ends it; a second call does nothing */
  enter(): Promise<() => void>;
  /** Does work in a turn of its own. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** A mutex that nobody is in. */
export function createMutex(): Mutex {
  let last: Promise<void> = Promise.resolve();
  const enter = async (): Promise<() => void> => {
    const before = last;
    let leave = (): void => {};
    last = new Promise((resolve) => {
      leave = resolve;
    });
    await before;
    return leave;
  };
  return {
    enter,
    async run(work) {
      const leave = await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
