/** @file Runs that wait for their turn: how many begin, in which order, and what ends a wait. */

import { expect, it } from "vitest";
import type { CheckedRun, GraphExecutor } from "./compiled-graph.js";
import { limitRuns } from "./limit-runs.js";

const checked = (signal?: AbortSignal): CheckedRun => ({ values: [], targets: [], signal });

/** An executor whose runs end when they are told to. */
function held() {
  const ends: ((error?: Error) => void)[] = [];
  const executor: GraphExecutor = {
    execute: () =>
      new Promise((resolve, reject) => {
        ends.push((error) => (error === undefined ? resolve([]) : reject(error)));
      }),
    async [Symbol.asyncDispose]() {},
  };
  return { ends, executor };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 1));

it("begins as many runs as there may be, and another when one ends or fails", async () => {
  const { ends, executor } = held();
  const limited = limitRuns(executor, 2);
  const runs = Array.from({ length: 5 }, () => limited.execute(checked()));
  const outcomes = Promise.allSettled(runs);
  await settled();
  expect(ends).toHaveLength(2);
  ends[0]?.();
  ends[1]?.(new Error("full"));
  await settled();
  expect(ends).toHaveLength(4);
  ends[2]?.();
  await settled();
  expect(ends).toHaveLength(5);
  for (const end of ends) end();
  expect((await outcomes).map(({ status }) => status)).toEqual([
    ...["fulfilled", "rejected", "fulfilled", "fulfilled", "fulfilled"],
  ]);
  // All places are free again.
  void limited.execute(checked());
  void limited.execute(checked());
  await settled();
  expect(ends).toHaveLength(7);
});

it("does not begin a run whose signal was given while it waited", async () => {
  const { ends, executor } = held();
  const limited = limitRuns(executor, 1);
  const stopping = new AbortController();
  const runs = [undefined, stopping.signal, undefined].map((signal) =>
    limited.execute(checked(signal)),
  );
  const outcomes = Promise.allSettled(runs);
  await settled();
  stopping.abort(new Error("enough"));
  ends[0]?.();
  await settled();
  // The third has taken the place of the second.
  expect(ends).toHaveLength(2);
  ends[1]?.();
  expect((await outcomes).map(({ status }) => status)).toEqual([
    ...["fulfilled", "rejected", "fulfilled"],
  ]);
  await expect(runs[1]).rejects.toThrow("enough");
});
