/**
 * @file Every optimizer on a WebGPU device beside the processor, on weights of the shapes that trainings have: the same
 * losses over twenty steps.
 */

import { describe, expect, it } from "vitest";
import { parametersOf } from "../../graph/graph.js";
import type { GraphNode } from "../../graph/node.js";
import { add, mul, square, sub } from "../../graph/ops/elementwise.js";
import { mean } from "../../graph/ops/reduce.js";
import { input, parameter } from "../../graph/ops/source.js";
import type { Optimizer } from "../../optim/optimizer.js";
import { createStepper } from "../../optim/stepper.js";
import { createTorchGenerator } from "../../random/torch-generator.js";
import type { Runtime } from "../../runtime/runtime.js";
import { sizeOf } from "../../shape.js";
import { floatTensor } from "../../tensor.js";
import { prepareWebGpu } from "../../testing/adapters/prepare-webgpu.js";
import { everyOptimizer } from "../../testing/every-optimizer.js";
import { createOrtRuntime } from "./ort-runtime.js";

const reason = await prepareWebGpu();
if (reason !== undefined) console.warn(`webgpu is not tested: ${reason}`);

const steps = 20;
/** Of a loss of about one. */
const tolerance = 1e-4;
/** Of convolutions, products and norms, of an adapter's factors and of a word. */
const shapes = [[64, 64, 3, 3], [320, 160], [160], [4, 320], [640, 4], [1, 768]];

const draws = createTorchGenerator(3);
const random = (shape: readonly number[]) => floatTensor(draws.randn(sizeOf(shape)), shape);
/** Each weight is drawn to a place that changes from step to step. */
const batches = Array.from({ length: steps }, () =>
  Object.fromEntries(shapes.map((shape, i) => [`to ${i}`, random(shape)])),
);
const initial = new Map(shapes.map((shape, i) => [`w${i}`, random(shape)]));

function network(): GraphNode {
  const [first, ...others] = shapes.map((shape, i) =>
    mean(square(sub(parameter(`w${i}`, shape), mul(input(`to ${i}`, shape), 0.1)))),
  );
  return others.reduce(add, first ?? input("none", []));
}

/** Prodigy finds the rate itself, and is given a factor of it. */
const rateOf = ({ estimation }: Optimizer): number => (estimation === undefined ? 0.01 : 1);

async function lossesOn(runtime: Runtime, optimizer: Optimizer): Promise<number[]> {
  const loss = network();
  const parameters = parametersOf({ outputs: { loss } });
  const options = { loss, parameters, optimizer, initial, frozen: new Map(), maxGradNorm: 1 };
  await using stepper = await createStepper(runtime, options);
  const losses: number[] = [];
  for (const batch of batches) {
    const [told] = await stepper.run([batch], rateOf(optimizer));
    losses.push(Number(told?.["loss"]?.data[0]));
  }
  return losses;
}

describe.skipIf(reason !== undefined)("losses on a WebGPU device", () => {
  it.each([...everyOptimizer])("by %s", async (_, optimizer) => {
    const expected = await lossesOn(createOrtRuntime(), optimizer);
    const got = await lossesOn(createOrtRuntime({ provider: "webgpu" }), optimizer);
    // It learns, so that what is compared is more than the first values.
    expect(expected.at(-1)).toBeLessThan(expected[0] ?? 0);
    const far = expected.map((loss, step) => Math.abs((got[step] ?? Number.NaN) - loss));
    expect(Math.max(...far)).toBeLessThan(tolerance);
  });
});
