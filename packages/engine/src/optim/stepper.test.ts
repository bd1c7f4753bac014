/** @file Graphs for batches of several shapes that advance one state. */

import { describe, expect, it } from "vitest";
import { createOrtRuntime } from "../adapters/ort/ort-runtime.js";
import { parametersOf } from "../graph/graph.js";
import { square, sub, tanh } from "../graph/ops/elementwise.js";
import { matmul } from "../graph/ops/linalg.js";
import { mean } from "../graph/ops/reduce.js";
import { input, parameter } from "../graph/ops/source.js";
import { createTorchGenerator } from "../random/torch-generator.js";
import { floatTensor } from "../tensor.js";
import { routeRuntime } from "../testing/adapters/route-runtime.js";
import { adamW } from "./adam.js";
import { lion } from "./lion.js";
import { createStepper, type Stepper } from "./stepper.js";

const runtime = createOrtRuntime({ threads: 1 });
const width = 3;
const initial = new Map([["w", floatTensor([0.5, -1, 2], [width, 1])]]);

/** Mean squared error of a linear map of batches of `rows`. */
function lossOf(rows: number) {
  const w = parameter("w", [width, 1]);
  const predicted = matmul(input("x", [rows, width]), w);
  const loss = mean(square(sub(predicted, input("y", [rows, 1]))));
  return { loss, parameters: parametersOf({ outputs: { loss } }) };
}

const batchOf = (rows: number, seed: number) => ({
  x: floatTensor(
    Array.from({ length: rows * width }, (_, i) => Math.sin(seed + i)),
    [rows, width],
  ),
  y: floatTensor(
    Array.from({ length: rows }, (_, i) => Math.cos(seed * i)),
    [rows, 1],
  ),
});

const settings = { optimizer: adamW(), maxGradNorm: 1, frozen: new Map(), initial };
const [first, second, third] = [lossOf(2), lossOf(5), lossOf(1)];

describe("createStepper with variants", () => {
  it("trains on batches of any of the shapes as separate graphs with one state would", async () => {
    const variants = [second, third];
    await using stepper = await createStepper(runtime, { ...settings, ...first, variants });
    const single = new Map<number, Stepper>();
    for (const rows of [2, 5, 1]) {
      single.set(rows, await createStepper(runtime, { ...settings, ...lossOf(rows) }));
    }
    let state = (await single.get(2)?.state()) ?? new Map();
    for (const [step, rows] of [5, 2, 2, 1, 5].entries()) {
      const batch = batchOf(rows, step);
      const results = await stepper.run([batch], 0.1);
      const alone = single.get(rows);
      await alone?.restore(state, step);
      expect(results).toEqual(await alone?.run([batch], 0.1));
      state = (await alone?.state()) ?? new Map();
      expect(await stepper.state()).toEqual(state);
    }
    await Promise.all([...single.values()].map((alone) => alone[Symbol.asyncDispose]()));
  });

  it("adds up gradients of batches of different shapes", async () => {
    const options = { ...settings, accumulation: 2 };
    await using mixed = await createStepper(runtime, { ...options, ...first, variants: [second] });
    await using swapped = await createStepper(runtime, {
      ...options,
      ...second,
      variants: [first],
    });
    const batches = [batchOf(2, 1), batchOf(5, 2)];
    const results = await mixed.run(batches, 0.1);
    expect(results).toEqual(await swapped.run(batches, 0.1));
    expect(await mixed.state()).toEqual(await swapped.state());
    const moved = (await mixed.values()).get("w")?.data ?? [];
    expect(Array.from(moved)).not.toEqual([0.5, -1, 2]);
  });

  it("refuses a batch that no graph takes", async () => {
    await using stepper = await createStepper(runtime, {
      ...settings,
      ...first,
      variants: [second],
    });
    await expect(stepper.run([batchOf(4, 0)], 0.1)).rejects.toThrow(
      "stepper: expected a batch of one of 2 shapes, got x [4, 3], y [4, 1].",
    );
  });
});

describe("a step that is stopped", () => {
  /** A loss that takes a while: many products, of which none takes long. */
  const slowLoss = () => {
    const w = parameter("w", [96, 96]);
    let y = input("x", [96, 96]);
    for (let i = 0; i < 300; i++) y = tanh(matmul(y, w));
    const loss = mean(square(y));
    return { loss, parameters: parametersOf({ outputs: { loss } }) };
  };
  const draws = createTorchGenerator(4);
  const slow = {
    ...{ ...slowLoss(), optimizer: adamW(), frozen: new Map() },
    initial: new Map([["w", floatTensor(draws.randn(96 * 96), [96, 96])]]),
  };
  const batches = [0, 1].map(() => ({ x: floatTensor(draws.randn(96 * 96), [96, 96]) }));

  it.each([
    ["updated by the host", slow],
    ["updated by graphs", { ...slow, optimizer: lion() }],
    ["of several batches", { ...slow, accumulation: 2 }],
  ])("leaves everything as it was: %s", async (_, options) => {
    const own = routeRuntime("capi", { threads: 1 });
    await using stopped = await createStepper(own, options);
    await using whole = await createStepper(own, options);
    const given = batches.slice(0, "accumulation" in options ? 2 : 1);
    for (const each of [stopped, whole]) await each.run(given, 0.01);
    let cuts = 0;
    for (const after of [0, 1, 3, 6, 12, 25]) {
      const signal = AbortSignal.timeout(after);
      const [before, step] = [structuredClone(await stopped.state()), stopped.step];
      try {
        await stopped.run(given, 0.01, { signal });
        await stopped.restore(before, step);
      } catch (error) {
        expect(error).toMatchObject({ code: "aborted" });
        cuts += 1;
      }
      expect(stopped.step).toBe(step);
      expect(await stopped.state()).toEqual(before);
    }
    expect(cuts).toBeGreaterThan(0);
    expect(await stopped.run(given, 0.01)).toEqual(await whole.run(given, 0.01));
    expect(await stopped.state()).toEqual(await whole.state());
  });
});
