/** @file What compiled graphs do before and after any runtime has its turn. */

import { describe, expect, it } from "vitest";
import { AtelierError } from "../errors.js";
import { mul } from "../graph/ops/elementwise.js";
import { input } from "../graph/ops/source.js";
import { floatTensor } from "../tensor.js";
import { createCompiledGraph, type GraphExecutor } from "./compiled-graph.js";
import { slotsOf } from "./named-values.js";

const source = input("x", [2]);
const graph = { outputs: { y: mul(source, 2) } };
const x = floatTensor([1, 2], [2]);

/** An executor that settles when it is told to, and counts. */
function waiting() {
  const calls = { begun: 0, disposed: 0 };
  let settle: { done: () => void; fail: (error: unknown) => void } | undefined;
  const executor: GraphExecutor = {
    execute: ({ values }) =>
      new Promise((resolve, reject) => {
        calls.begun += 1;
        settle = { done: () => resolve(values), fail: reject };
      }),
    async [Symbol.asyncDispose]() {
      calls.disposed += 1;
    },
  };
  // x is of any kind of source; this one is an input.
  const slots = slotsOf(source.kind === "input" ? [source] : []);
  return {
    calls,
    compiled: createCompiledGraph(graph, slots, executor),
    done: () => settle?.done(),
    fail: (error: unknown) => settle?.fail(error),
  };
}

describe("a compiled graph", () => {
  it.each([
    [{}, {}],
    [{ x, z: x }, {}],
    [{ x: floatTensor([1, 2], [1, 2]) }, {}],
    [{ x: { ...x, data: new Float32Array(3) } }, {}],
    [{ x: { ...x, dtype: "int32" as const, data: new Int32Array(2) } }, {}],
    [{ x }, { z: x }],
    [{ x }, { y: floatTensor([1], [1]) }],
    [{ x }, { y: { ...x, data: new Float32Array(1) } }],
  ])("refuses what does not fit before anything runs: %j into %j", async (values, into) => {
    const { compiled, calls } = waiting();
    await expect(compiled.run(values, { into })).rejects.toMatchObject({ code: "runtime" });
    expect(calls.begun).toBe(0);
  });

  it("is disposed when its last run has settled, and once", async () => {
    const { compiled, calls, fail } = waiting();
    const run = expect(compiled.run({ x })).rejects.toThrow("failed while running: full");
    const disposals = [compiled[Symbol.asyncDispose](), compiled[Symbol.asyncDispose]()];
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(calls.disposed).toBe(0);
    fail(new Error("full"));
    await Promise.all([run, ...disposals]);
    expect(calls.disposed).toBe(1);
  });

  it("tells a run that was stopped from one that failed", async () => {
    const stopping = new AbortController();
    const { compiled, fail } = waiting();
    const run = compiled.run({ x }, { signal: stopping.signal });
    stopping.abort("Ctrl-C");
    fail(new Error("Exiting due to terminate flag"));
    await expect(run).rejects.toMatchObject({ code: "aborted", cause: "Ctrl-C" });
  });

  it("gives the results of a run that the signal reached too late", async () => {
    const stopping = new AbortController();
    const { compiled, done } = waiting();
    const run = compiled.run({ x }, { signal: stopping.signal });
    stopping.abort();
    done();
    expect(await run).toEqual({ y: x });
  });

  it("leaves errors of our own as they are", async () => {
    const { compiled, fail } = waiting();
    const run = compiled.run({ x });
    const error = new AtelierError("dtype", "not this type");
    fail(error);
    await expect(run).rejects.toBe(error);
  });
});
