/** @file Progress of work: counted parts with the time that is left, and reports made by a callback. */

import type { ProgressEvent } from "./train-event.js";

/** Counts finished parts. */
export interface Progress {
  /** Another part is done, or several. */
  next(parts?: number): ProgressEvent;
}

/** @param now milliseconds of a clock that only goes forward */
export function createProgress(
  stage: ProgressEvent["stage"],
  total: number,
  now: () => number = () => performance.now(),
): Progress {
  const begun = now();
  let done = 0;
  return {
    next(parts = 1) {
      done += parts;
      const secondsLeft = (((now() - begun) / done) * (total - done)) / 1000;
      return { type: "progress", stage, done, total, secondsLeft };
    },
  };
}

/** Work that reports through a callback, as a stream of its reports that ends with its result. */
export async function* reporting<Report, Result>(
  work: (report: (value: Report) => void) => Promise<Result>,
): AsyncGenerator<Report, Result, undefined> {
  const waiting: Report[] = [];
  let wake: () => void = () => {};
  let outcome: PromiseSettledResult<Result> | undefined;
  const finish = (settled: PromiseSettledResult<Result>): void => {
    outcome = settled;
    wake();
  };
  work((value) => {
    waiting.push(value);
    wake();
  }).then(
    (value) => finish({ status: "fulfilled", value }),
    (reason: unknown) => finish({ status: "rejected", reason }),
  );
  for (;;) {
    yield* waiting.splice(0);
    const settled = outcome;
    if (settled?.status === "fulfilled") return settled.value;
    if (settled?.status === "rejected") throw settled.reason;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}
