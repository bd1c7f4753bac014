/** @file The loss without a step: what a step would tell, and a training that does not notice. */

import { describe, expect, it } from "vitest";
import { createOrtRuntime } from "../adapters/ort/ort-runtime.js";
import { parametersOf } from "../graph/graph.js";
import { add, square, sub } from "../graph/ops/elementwise.js";
import { linear } from "../graph/ops/linalg.js";
import { mean } from "../graph/ops/reduce.js";
import { input, parameter } from "../graph/ops/source.js";
import { createTorchGenerator } from "../random/torch-generator.js";
import type { Runtime } from "../runtime/runtime.js";
import { sizeOf } from "../shape.js";
import { floatTensor } from "../tensor.js";
import { everyOptimizer } from "../testing/every-optimizer.js";
import { movingAverage } from "./parameter-average.js";
import { sgd } from "./sgd.js";
import { createStepper, type Stepper, type StepperOptions } from "./stepper.js";

const runtime = createOrtRuntime({ threads: 1 });
const shapes = { a: [40, 30], b: [40], c: [50, 40] } as const;
const frozen = new Map([
  ["base", floatTensor(createTorchGenerator(9).randn(30 * 30), [30, 30] as const)],
]);

/** Mean squared error of two layers on a fixed one, of batches of `rows`. */
function lossOf(rows: number) {
  const [a, b, c] = [parameter("a", shapes.a), parameter("b", shapes.b), parameter("c", shapes.c)];
  const x = linear(input("x", [rows, 30]), parameter("base", [30, 30]));
  const error = square(sub(linear(add(linear(x, a), b), c), input("y", [rows, 50])));
  const loss = mean(error);
  const parameters = parametersOf({ outputs: { loss } }).filter(
    ({ attributes }) => attributes.name !== "base",
  );
  return { loss, metrics: { perSample: mean(error, { axes: [1] }) }, parameters };
}

const batchOf = (rows: number, seed: number) => {
  const generator = createTorchGenerator(seed);
  return {
    x: floatTensor(generator.randn(rows * 30), [rows, 30]),
    y: floatTensor(generator.randn(rows * 50), [rows, 50]),
  };
};

const initial = new Map(
  Object.entries(shapes).map(([name, shape], seed) => [
    name,
    floatTensor(
      createTorchGenerator(seed)
        .randn(sizeOf(shape))
        .map((value) => value / 8),
      shape,
    ),
  ]),
);

const settings: readonly (readonly [string, Partial<StepperOptions>])[] = [
  ["at once", { maxGradNorm: 1 }],
  ["at once, with averages", { average: movingAverage({ decay: 0.9 }) }],
  ["in parts", { elementsPerUpdate: 1000, maxGradNorm: 1 }],
  ["accumulated, with averages", { accumulation: 2, average: movingAverage({}) }],
];

function optionsOf(optimizer: StepperOptions["optimizer"], more: Partial<StepperOptions> = {}) {
  return { ...lossOf(4), variants: [lossOf(2)], optimizer, frozen, initial, ...more };
}

/** Five steps over batches of both shapes; the state after each, and what was evaluated before it. */
async function train(options: StepperOptions, evaluates: boolean) {
  await using stepper = await createStepper(runtime, options);
  const states = [];
  for (let step = 0; step < 5; step++) {
    const batches = Array.from({ length: options.accumulation ?? 1 }, (_, m) =>
      batchOf((step + m) % 2 === 0 ? 4 : 2, 10 * step + m),
    );
    const before = [];
    if (evaluates) {
      for (const batch of batches) before.push(await stepper.evaluate(batch));
      if (options.average !== undefined) await stepper.evaluate(batchOf(4, 99), { of: "averages" });
    }
    const results = await stepper.run(batches, 0.01);
    if (evaluates) expect(lossesOf(before)).toEqual(lossesOf(results));
    states.push(structuredClone(await stepper.state()));
  }
  return states;
}

const lossesOf = (results: Awaited<ReturnType<Stepper["run"]>>) =>
  results.map(({ loss, perSample }) => ({ loss, perSample }));

describe("the loss without a step", () => {
  it.each([...everyOptimizer.keys()])(
    "is what a step tells, and leaves the bits of a training with %s",
    async (name) => {
      for (const [, more] of settings) {
        const options = optionsOf(everyOptimizer.get(name) ?? sgd(), more);
        expect(await train(options, true)).toEqual(await train(options, false));
      }
    },
  );

  it("is that of the averages where they are asked for", async () => {
    const average = movingAverage({ decay: 0.5 });
    await using stepper = await createStepper(runtime, optionsOf(sgd(), { average }));
    for (let step = 0; step < 4; step++) await stepper.run([batchOf(4, step)], 0.1);
    const averages = structuredClone((await stepper.averages()) ?? new Map());
    await using other = await createStepper(runtime, optionsOf(sgd(), { initial: averages }));
    const batch = batchOf(2, 7);
    const [latest, kept] = [
      await stepper.evaluate(batch),
      await stepper.evaluate(batch, { of: "averages" }),
    ];
    expect(kept).toEqual(await other.evaluate(batch));
    expect(kept).not.toEqual(latest);
  });

  it("is compiled once for each shape that is asked for, and not before", async () => {
    let compiled = 0;
    const counting: Runtime = {
      ...runtime,
      compile(graph, options) {
        compiled += 1;
        return runtime.compile(graph, options);
      },
    };
    await using stepper = await createStepper(counting, optionsOf(sgd()));
    await stepper.run([batchOf(4, 0)], 0.1);
    const before = compiled;
    for (const rows of [2, 2]) await stepper.evaluate(batchOf(rows, 1));
    expect(compiled).toBe(before + 1);
    await stepper.evaluate(batchOf(4, 1));
    expect(compiled).toBe(before + 2);
  });

  it("is stopped by a signal", async () => {
    await using stepper = await createStepper(runtime, optionsOf(sgd()));
    const signal = AbortSignal.abort("Ctrl-C");
    await expect(stepper.evaluate(batchOf(2, 0), { signal })).rejects.toMatchObject({
      code: "aborted",
      cause: "Ctrl-C",
    });
  });

  it("is refused for batches that no graph takes, and of averages that nobody keeps", async () => {
    await using stepper = await createStepper(runtime, optionsOf(sgd()));
    await expect(stepper.evaluate(batchOf(3, 0))).rejects.toThrow(
      "stepper: expected a batch of one of 2 shapes, got x [3, 30], y [3, 50].",
    );
    await expect(stepper.evaluate(batchOf(2, 0), { of: "averages" })).rejects.toThrow(
      "stepper: expected moving averages to evaluate, got a training that keeps none.",
    );
  });
});
