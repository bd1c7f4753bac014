/** @file Progress of work: counted parts with the time that is left, and reports made by a callback. */

import type { ProgressEvent } from "./train-event.js";

/** Counts finished parts. */
export interface Progress {
  /** Another part is done. */
  next(): ProgressEvent;
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
    next() {
      done += 1;
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
  let isDone = false;
  const result = work((value) => {
    waiting.push(value);
    wake();
  }).finally(() => {
    isDone = true;
    wake();
  });
  // The loop below awaits the result only at its end; until then a failure is not unhandled.
  result.catch(() => {});
  while (!isDone || waiting.length > 0) {
    const next = waiting.shift();
    if (next !== undefined) {
      yield next;
      continue;
    }
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  return result;
}
