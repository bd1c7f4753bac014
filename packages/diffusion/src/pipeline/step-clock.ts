/** @file How long the steps of a loop still take, by those that were taken. */

/** Times equal steps. */
export interface StepClock {
  begin(): void;
  end(): void;
  /** By the mean of the steps so far; the first, which warms up, counts only while it is alone. */
  remainingMs(): number;
}

/** A clock for a known number of steps; `now` gives milliseconds. */
export function createStepClock(
  steps: number,
  now: () => number = () => performance.now(),
): StepClock {
  let done = 0;
  let firstMs = 0;
  let totalMs = 0;
  let begun = 0;
  return {
    begin() {
      begun = now();
    },
    end() {
      const ms = now() - begun;
      if (done === 0) firstMs = ms;
      done += 1;
      totalMs += ms;
    },
    remainingMs() {
      if (done === 0) return Number.POSITIVE_INFINITY;
      const mean = done === 1 ? firstMs : (totalMs - firstMs) / (done - 1);
      return mean * Math.max(0, steps - done);
    },
  };
}
