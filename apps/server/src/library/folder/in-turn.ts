/** @file Work on many things, a few at once; and work on one thing, one after another. */

/** Does it for all, so many at once. @returns what each gave, in their order */
export async function mapSome<Item, Value>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, index: number) => Promise<Value>,
): Promise<Value[]> {
  const values: Value[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      // Sound: the index is within the array.
      values[index] = await work(item as Item, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return values;
}

/** Lets so many pieces of work run, and the others wait. */
export function createGate(atOnce: number): <Value>(work: () => Promise<Value>) => Promise<Value> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= atOnce) {
      await new Promise<void>((go) => {
        waiting.push(go);
      });
    } else running += 1;
    try {
      return await work();
    } finally {
      const go = waiting.shift();
      if (go === undefined) running -= 1;
      else go();
    }
  };
}

/** Lets work of one key wait for the work of the same key before it. */
export function createQueues(): <Value>(key: string, work: () => Promise<Value>) => Promise<Value> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key);
    const own = (async () => {
      // What went wrong before was told to whoever asked for it.
      await before?.catch(() => undefined);
      return work();
    })();
    last.set(key, own);
    try {
      return await own;
    } finally {
      if (last.get(key) === own) last.delete(key);
    }
  };
}
