/** @file Both ways to ONNX Runtime compute with the same kernels: the same bits, whatever is trained. */

import { expect, it } from "vitest";
import { parametersOf } from "../../graph/graph.js";
import { attention } from "../../graph/ops/attention.js";
import { conv2d } from "../../graph/ops/conv.js";
import { add, silu, square, sub } from "../../graph/ops/elementwise.js";
import { linear } from "../../graph/ops/linalg.js";
import { checkpoint } from "../../graph/ops/mark.js";
import { reshape, transpose } from "../../graph/ops/movement.js";
import { mean } from "../../graph/ops/reduce.js";
import { input, parameter } from "../../graph/ops/source.js";
import { adamW } from "../../optim/adam.js";
import { createStepper, type StepperOptions } from "../../optim/stepper.js";
import { createTorchGenerator } from "../../random/torch-generator.js";
import { sizeOf } from "../../shape.js";
import { floatTensor } from "../../tensor.js";
import { routeRuntime, type routes } from "../../testing/adapters/route-runtime.js";
import { everyOptimizer } from "../../testing/every-optimizer.js";

/** Convolutions and attention on `[batch, 16, 8, 8]`, one block of them computed again. */
function network() {
  const x = input("x", [2, 16, 8, 8]);
  const block = (h: typeof x, name: string) =>
    add(h, conv2d(silu(h), parameter(`${name}.weight`, [16, 16, 3, 3]), undefined, { padding: 1 }));
  const h = checkpoint((start) => block(start, "again"), [block(x, "conv")]);
  const tokens = transpose(reshape(h, [2, 16, 64]), [0, 2, 1]);
  const project = (name: string) => linear(tokens, parameter(name, [16, 16]));
  const mixed = attention(project("q"), project("k"), project("v"), { heads: 2 });
  const loss = mean(
    square(sub(linear(mixed, parameter("base", [16, 16])), input("y", [2, 64, 16]))),
  );
  return { loss, parameters: parametersOf({ outputs: { loss } }) };
}

const draws = createTorchGenerator(11);
const random = (shape: readonly number[]) => floatTensor(draws.randn(sizeOf(shape)), shape);
const { loss, parameters } = network();
const trained = parameters.filter(({ attributes }) => attributes.name !== "base");
const initial = new Map(
  trained.map(({ attributes, shape }) => [
    attributes.name,
    floatTensor(
      random(shape).data.map((value) => value / 8),
      shape,
    ),
  ]),
);
const frozen = new Map([["base", random([16, 16])]]);
const batches = Array.from({ length: 6 }, () => ({
  x: random([2, 16, 8, 8]),
  y: random([2, 64, 16]),
}));

/** The state after three steps, and what they told. */
async function train(
  route: (typeof routes)[number],
  threads: number,
  more: Partial<StepperOptions>,
) {
  const runtime = routeRuntime(route, { threads });
  const options = { loss, parameters: trained, frozen, initial, maxGradNorm: 1 };
  await using stepper = await createStepper(runtime, { optimizer: adamW(), ...options, ...more });
  const { accumulation = 1 } = more;
  const told = [];
  for (let step = 0; step < 3; step++) {
    const given = batches.slice(step * accumulation, (step + 1) * accumulation);
    told.push(await stepper.run(given, 0.01));
  }
  return { told, state: structuredClone(await stepper.state()) };
}

it.each([
  ...[...everyOptimizer].map(([name, optimizer]) => [name, { optimizer }] as const),
  ["two batches a step", { accumulation: 2 }],
  ["an update in parts", { elementsPerUpdate: 1000 }],
] as const)("%s", async (_, more) => {
  for (const threads of [1, 2]) {
    // Two trainings at once, which share cores and nothing else.
    const [one, other] = await Promise.all([0, 1].map(() => train("capi", threads, more)));
    expect(one).toEqual(other);
    expect(one).toEqual(await train("binding", threads, more));
  }
});
