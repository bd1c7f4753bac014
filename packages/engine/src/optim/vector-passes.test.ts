/** @file Updates by the host against those of graphs: the same bits. */

import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { createOrtRuntime } from "../adapters/ort/ort-runtime.js";
import { parametersOf } from "../graph/graph.js";
import { add, square } from "../graph/ops/elementwise.js";
import { linear } from "../graph/ops/linalg.js";
import { mean } from "../graph/ops/reduce.js";
import { input, parameter } from "../graph/ops/source.js";
import { createTorchGenerator } from "../random/torch-generator.js";
import { sizeOf } from "../shape.js";
import { byteView, floatTensor } from "../tensor.js";
import { adam, adamW } from "./adam.js";
import type { StepResults } from "./compiled-step.js";
import { muon } from "./muon.js";
import type { Optimizer } from "./optimizer.js";
import { createStepper, type StepperOptions } from "./stepper.js";
import { trainingGraphs } from "./training-graph.js";

const shapes = { a: [70, 61], b: [70], c: [300, 901] } as const;
const runtime = createOrtRuntime({ threads: 1 });

function optionsFor(optimizer: Optimizer): StepperOptions {
  const generator = createTorchGenerator(3);
  const [x, y] = [input("x", [4, 61]), input("y", [4, 901])];
  const [a, b, c] = [parameter("a", shapes.a), parameter("b", shapes.b), parameter("c", shapes.c)];
  const loss = add(mean(square(add(linear(x, a), b))), mean(square(linear(y, c))));
  const initial = new Map(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      floatTensor(generator.randn(sizeOf(shape)), shape),
    ]),
  );
  const parameters = parametersOf({ outputs: { loss } });
  return { loss, parameters, optimizer, frozen: new Map(), initial };
}

async function train(options: StepperOptions) {
  await using stepper = await createStepper(runtime, options);
  const told = [];
  for (let step = 0; step < 5; step++) {
    const batches = Array.from({ length: options.accumulation ?? 1 }, (_, m) => {
      const generator = createTorchGenerator(10 * step + m);
      return {
        x: floatTensor(generator.randn(244), [4, 61]),
        y: floatTensor(generator.randn(3604), [4, 901]),
      };
    });
    told.push(await stepper.run(batches, 0.01));
  }
  const state = new Map(
    [...(await stepper.state())].map(([name, { data }]) => [name, bitsOf(data)]),
  );
  return { told, state, values: structuredClone(await stepper.values()) };
}

const bitsOf = (data: ArrayBufferView): string =>
  createHash("sha256").update(byteView(data)).digest("hex");

/** The same optimizer, which says nothing that the host could compute. */
function byGraph(optimizer: Optimizer): Optimizer {
  const { adam: _, forShape, ...rest } = optimizer;
  return forShape === undefined ? rest : { ...rest, forShape: (shape) => byGraph(forShape(shape)) };
}

it.each([
  ["adamw", adamW({ weightDecay: 0.1 })],
  ["adam", adam()],
  ["adam with L2", adam({ weightDecay: 0.1, beta1: 0.8, epsilon: 1e-3 })],
  ["muon's vectors", muon()],
])("the host updates as graphs do: %s", async (_, optimizer) => {
  for (const more of [
    {},
    { maxGradNorm: 0.5, accumulation: 2 },
    { groups: [{ name: "b", owns: (name: string) => name === "b", learningRate: () => 0.3 }] },
  ]) {
    const [host, graphs] = [optimizer, byGraph(optimizer)].map((each) => ({
      ...optionsFor(each),
      ...more,
    }));
    if (host === undefined || graphs === undefined) expect.fail();
    const [updated, all] = [host, graphs].map((options) =>
      trainingGraphs(options).updates.flatMap(({ outputs }) => Object.keys(outputs)),
    );
    expect(updated?.length).toBeLessThan(all?.length ?? 0);
    const [one, other] = [await train(host), await train(graphs)];
    expect(one.told).toEqual(other.told);
    expect(one.state).toEqual(other.state);
  }
});

it.each([2, 3])("runs batches at once, %i at a time: the same bits every time", async (atOnce) => {
  const options = { ...optionsFor(adamW()), maxGradNorm: 1, accumulation: 3 };
  const together = await train({ ...options, atOnce });
  const again = await train({ ...options, atOnce });
  expect(again.told).toEqual(together.told);
  expect(again.state).toEqual(together.state);
  // One after the other, gradients are added up in another order.
  const alone = await train(options);
  for (const [step, norm] of normsOf(together.told).entries()) {
    expect(norm).toBeCloseTo(normsOf(alone.told)[step] ?? Number.NaN, 3);
  }
  for (const [name, { data }] of together.values) {
    const expected = alone.values.get(name)?.data ?? [];
    const differences = data.map((value, i) => Math.abs(value - (expected[i] ?? 0)));
    expect(differences.reduce((worst, value) => Math.max(worst, value))).toBeLessThan(1e-3);
  }
});

const normsOf = (told: readonly (readonly StepResults[])[]): number[] =>
  told.map((results) => Number(results.at(-1)?.["gradNorm"]?.data[0]));
