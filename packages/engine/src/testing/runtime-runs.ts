/** @file How every runtime takes values, gives results and refuses what does not fit. */

import { describe, expect, it } from "vitest";
import { type Graph, parametersOf } from "../graph/graph.js";
import { add, mul } from "../graph/ops/elementwise.js";
import { sumSquares } from "../graph/ops/reduce.js";
import { constant, input, parameter, scalar } from "../graph/ops/source.js";
import type { CompileOptions, Runtime, TensorMap } from "../runtime/runtime.js";
import { floatTensor, type HostTensor, intTensor } from "../tensor.js";

/** y = w·x + 1 */
function line(): Graph {
  const [x, w] = [input("x", [2]), parameter("w", [2])];
  return { outputs: { y: add(mul(w, x), 1) } };
}

const x = floatTensor([3, 4], [2]);
const w = floatTensor([2, -1], [2]);

/** Two numbers, whose memory has gone to another thread. */
function transferred(): Float32Array {
  const data = Float32Array.of(1, 2);
  structuredClone(data, { transfer: [data.buffer] });
  return data;
}

/** Declares the tests of compiling with weights and running with values. */
export function describeRuns(runtime: () => Runtime): void {
  const runOnce = async (
    graph: Graph,
    values: TensorMap,
    options?: CompileOptions,
  ): Promise<Record<string, number[]>> => {
    await using compiled = await runtime().compile(graph, options);
    const results = await compiled.run(values);
    return Object.fromEntries(
      Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)]),
    );
  };

  describe("values", () => {
    it("takes weights at every run or once", async () => {
      expect(await runOnce(line(), { x, w })).toEqual({ y: [7, -3] });
      const parameters = new Map([["w", w]]);
      expect(await runOnce(line(), { x }, { parameters })).toEqual({ y: [7, -3] });
    });

    it("keeps values on a device whose memory is its own", async ({ skip }) => {
      const { device } = runtime();
      if (device === undefined) return skip("it has no memory of its own");
      using weights = await device.load(parametersOf(line()), new Map([["w", w]]));
      await using compiled = await device.compile(line(), { stays: new Set(["y"]), weights });
      const first = await compiled.run({ x });
      const { y } = first.stayed;
      if (y === undefined) throw new Error("nothing stayed");
      using onDevice = y;
      expect(first.results).toEqual({});
      expect(await device.download(onDevice)).toEqual(floatTensor([7, -3], [2]));
      // What stayed is read where it lies.
      const { stayed } = await compiled.run({ x: onDevice });
      if (stayed["y"] === undefined) throw new Error("nothing stayed");
      using again = stayed["y"];
      expect(await device.download(again)).toEqual(floatTensor([15, 4], [2]));
      using copy = await device.upload(x);
      expect(await device.download(copy)).toEqual(x);
    });

    it("ignores weights that the graph does not use", async () => {
      const parameters = new Map([
        ["w", w],
        ["other", x],
      ]);
      expect(await runOnce(line(), { x }, { parameters })).toEqual({ y: [7, -3] });
    });

    it("runs again with other values", async () => {
      await using compiled = await runtime().compile(line(), { parameters: new Map([["w", w]]) });
      const first = await compiled.run({ x });
      const second = await compiled.run({ x: floatTensor([0, 1], [2]) });
      expect([first["y"]?.data, second["y"]?.data]).toEqual([
        Float32Array.of(7, -3),
        Float32Array.of(1, 0),
      ]);
    });

    it("returns sources, constants and one node under two names", async () => {
      const [a, b] = [input("a", [2]), input("b", [1], "int64")];
      const twice = mul(a, 2);
      const outputs = { a, b, twice, again: twice, seven: scalar(7), pair: constant(x) };
      const values = { a: x, b: intTensor([-5], [1]) };
      expect(await runOnce({ outputs }, values)).toEqual({
        a: [3, 4],
        b: [-5],
        twice: [6, 8],
        again: [6, 8],
        seven: [7],
        pair: [3, 4],
      });
    });

    it("returns scalars that are used further on", async () => {
      const a = input("a", [2]);
      const norm = sumSquares(a);
      expect(await runOnce({ outputs: { norm, scaled: mul(a, norm) } }, { a: x })).toEqual({
        norm: [25],
        scaled: [75, 100],
      });
    });

    it("keeps output names apart from those of sources and inner values", async () => {
      const a = input("v0", [2]);
      const b = parameter("c0", [2]);
      const [inner, outer] = [add(a, b), mul(add(a, 1), b)];
      const outputs = { v0: outer, v1: inner, c0: mul(outer, 3), "input:v0": a };
      expect(await runOnce({ outputs }, { v0: x, c0: w })).toEqual({
        v0: [8, -5],
        v1: [5, 3],
        c0: [24, -15],
        "input:v0": [3, 4],
      });
    });

    it("writes results into the tensors it is given, run after run", async () => {
      await using compiled = await runtime().compile(line());
      const y = floatTensor([0, 0], [2]);
      const results = await compiled.run({ x, w }, { into: { y } });
      expect(results["y"]).toBe(y);
      expect([...y.data]).toEqual([7, -3]);
      await compiled.run({ x: w, w }, { into: { y } });
      expect([...y.data]).toEqual([5, 2]);
    });

    it("reads and writes shared memory, at any element, or says that it does not", async () => {
      await using compiled = await runtime().compile(line());
      const shared = new SharedArrayBuffer(32);
      const [from, to] = [4, 20].map((offset) => new Float32Array(shared, offset, 2));
      if (from === undefined || to === undefined) throw new Error("two views");
      from.set(x.data);
      const y = floatTensor(to, [2]);
      const run = compiled.run({ x: floatTensor(from, [2]), w }, { into: { y } });
      if (!runtime().capabilities.sharesMemory) {
        await expect(run).rejects.toThrow(/expected memory that is not shared/);
        return;
      }
      await run;
      expect([...new Float32Array(shared)]).toEqual([0, 3, 4, 0, 0, 7, -3, 0]);
    });

    it("takes and gives tensors without elements", async () => {
      const empty = floatTensor([], [0, 3]);
      const outputs = { y: mul(input("x", [0, 3]), 2) };
      expect(await runOnce({ outputs }, { x: empty })).toEqual({ y: [] });
    });

    it.each([1, 2, 3])("gives runs that overlap their own results: meant to be %s", async (n) => {
      await using compiled = await runtime().compile(line(), { concurrency: n });
      const numbers = Array.from({ length: 20 }, (_, i) => i);
      const results = await Promise.all(
        numbers.map((i) => compiled.run({ x: floatTensor([i, -i], [2]), w })),
      );
      expect(results.map(({ y }) => Array.from(y?.data ?? [], Number))).toEqual(
        numbers.map((i) => [2 * i + 1, i + 1]),
      );
    });

    it("ends the runs that are under way before it is disposed, and begins no other", async () => {
      const compiled = await runtime().compile(line());
      const run = compiled.run({ x, w });
      const disposals = [compiled[Symbol.asyncDispose](), compiled[Symbol.asyncDispose]()];
      await expect(compiled.run({ x, w })).rejects.toThrow(/expected an open graph/);
      expect((await run)["y"]?.data).toEqual(Float32Array.of(7, -3));
      await Promise.all(disposals);
      await expect(compiled.run({ x, w })).rejects.toMatchObject({ code: "runtime" });
    });

    it("does not begin on a signal that was given before", async () => {
      await using compiled = await runtime().compile(line());
      const y = floatTensor([0, 0], [2]);
      const signal = AbortSignal.abort(new Error("enough"));
      await expect(compiled.run({ x, w }, { into: { y }, signal })).rejects.toMatchObject({
        code: "aborted",
        cause: { message: "enough" },
      });
      expect([...y.data]).toEqual([0, 0]);
    });
  });

  describe("refusals", () => {
    const refuses = (name: string, values: TensorMap, message: RegExp, into?: TensorMap): void => {
      it(`refuses ${name}`, async () => {
        await using compiled = await runtime().compile(line());
        const run = compiled.run(values, into === undefined ? {} : { into });
        await expect(run).rejects.toMatchObject({
          name: "AtelierError",
          code: "runtime",
          message: expect.stringMatching(message),
        });
      });
    };
    refuses("a missing value", { x }, /expected a value for "w" float32\[2\], got only x\./);
    refuses("no values at all", {}, /expected a value for "x".*got only none/);
    refuses("an unknown name", { x, w, z: x }, /expected values for x, w, got .*"z"/);
    refuses(
      "a value of another shape",
      { x: floatTensor([1, 2, 3], [3]), w },
      /expected float32\[2\] for "x", got float32\[3\]/,
    );
    refuses(
      "a value of another element type",
      { x, w: intTensor([1, 2], [2]) },
      /expected float32\[2\] for "w", got int64\[2\]/,
    );
    refuses(
      "a result tensor of another shape",
      { x, w },
      /expected float32\[2\] for "y", got float32\[1, 2\]/,
      { y: floatTensor([0, 0], [1, 2]) },
    );
    refuses("a result tensor of an unknown name", { x, w }, /"z"/, {
      z: floatTensor([0, 0], [2]),
    });

    // What the types forbid, but a program in JavaScript may give.
    const misfits: Readonly<Record<string, HostTensor>> = {
      "fewer elements than its shape has": { ...x, data: Float32Array.of(1) },
      "more elements than its shape has": { ...x, data: Float32Array.of(1, 2, 3) },
      "an array of another type": { ...x, data: Float64Array.of(1, 2) as unknown as Float32Array },
      "an array that was transferred": { ...x, data: transferred() },
    };
    for (const [name, misfit] of Object.entries(misfits)) {
      const message = /expected a Float32Array of 2 elements for ".".*, got a Float(32|64)Array of/;
      refuses(`a value with ${name}`, { x: misfit, w }, message);
      refuses(`a result tensor with ${name}`, { x, w }, message, { y: misfit });
    }

    it("refuses a fixed weight of another shape", async () => {
      const parameters = new Map([["w", floatTensor([1], [1])]]);
      await expect(runtime().compile(line(), { parameters })).rejects.toMatchObject({
        message: expect.stringMatching(/expected float32\[2\] for "w", got float32\[1\]/),
      });
    });

    it("refuses a value for a weight that is fixed", async () => {
      await using compiled = await runtime().compile(line(), { parameters: new Map([["w", w]]) });
      await expect(compiled.run({ x, w })).rejects.toMatchObject({ code: "runtime" });
    });

    it("refuses two sources of one name", async () => {
      const outputs = { y: add(input("x", [2]), parameter("x", [2])) };
      await expect(runtime().compile({ outputs })).rejects.toMatchObject({
        code: "graph",
        message: expect.stringContaining('one source named "x"'),
      });
    });
  });
}
