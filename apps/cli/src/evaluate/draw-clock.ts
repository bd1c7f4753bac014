/** @file How far the drawing of an evaluation is, and how long it still takes by the pace of what was drawn so far. */

/** Counts pictures. */
export interface DrawClock {
  /** Pictures that need not be drawn. */
  found(pictures: number): void;
  /** A part of a picture was drawn. */
  drew(share: number): void;
  /** Whole pictures that are there. */
  done(): number;
  /** Seconds; `undefined` before anything was drawn. */
  secondsLeft(): number | undefined;
}

/** @param now milliseconds of a clock that only goes forward */
export function createDrawClock(
  total: number,
  now: () => number = () => performance.now(),
): DrawClock {
  const begun = now();
  let [found, drawn] = [0, 0];
  return {
    found: (pictures) => {
      found += pictures;
    },
    drew: (share) => {
      drawn += share;
    },
    // Shares of steps do not add up to whole numbers.
    done: () => found + Math.floor(drawn + 1e-6),
    secondsLeft: () =>
      drawn === 0 ? undefined : ((now() - begun) / 1000 / drawn) * (total - found - drawn),
  };
}
