/** @file What a training keeps: a restored one goes on with the same bits, a foreign one is refused. */

import { describe, expect, it } from "vitest";
import { createOrtRuntime } from "../adapters/ort/ort-runtime.js";
import { parametersOf } from "../graph/graph.js";
import { add, square, sub } from "../graph/ops/elementwise.js";
import { linear } from "../graph/ops/linalg.js";
import { mean } from "../graph/ops/reduce.js";
import { input, parameter } from "../graph/ops/source.js";
import { createTorchGenerator } from "../random/torch-generator.js";
import { sizeOf } from "../shape.js";
import { type FloatTensor, floatTensor } from "../tensor.js";
import { adafactor } from "./adafactor.js";
import { adamW } from "./adam.js";
import { withStateStorage } from "./compressed-state.js";
import { lion } from "./lion.js";
import { muon } from "./muon.js";
import type { Optimizer } from "./optimizer.js";
import { movingAverage } from "./parameter-average.js";
import { prodigy } from "./prodigy.js";
import { sgd } from "./sgd.js";
import { stateBytes, stateLayout } from "./state-layout.js";
import { createStepper, type Stepper, type StepperOptions } from "./stepper.js";

const shapes = { a: [70, 60], b: [70], c: [70, 60] } as const;

function optionsFor(optimizer: Optimizer): StepperOptions {
  const generator = createTorchGenerator(3);
  const x = input("x", [4, 60]);
  const [a, b, c] = [parameter("a", shapes.a), parameter("b", shapes.b), parameter("c", shapes.c)];
  const loss = mean(square(sub(add(linear(x, a), b), linear(square(x), c))));
  const initial = new Map<string, FloatTensor>(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      floatTensor(generator.randn(sizeOf(shape)), shape),
    ]),
  );
  return {
    loss,
    parameters: parametersOf({ outputs: { loss } }),
    optimizer,
    maxGradNorm: 1,
    accumulation: 2,
    frozen: new Map(),
    initial,
    average: movingAverage({ warmup: "power" }),
  };
}

const open = (options: StepperOptions): Promise<Stepper> =>
  createStepper(createOrtRuntime({ threads: 1 }), options);

async function advance(stepper: Stepper, steps: number): Promise<void> {
  for (let i = 0; i < steps; i++) {
    const batches = [0, 1].map((m) => ({
      x: floatTensor(createTorchGenerator(2 * stepper.step + m).randn(240), [4, 60]),
    }));
    await stepper.run(batches, 0.01);
  }
}

const optimizers: Readonly<Record<string, Optimizer>> = {
  adamw: adamW(),
  sgd: sgd({ momentum: 0.9 }),
  lion: lion(),
  muon: muon(),
  adafactor: adafactor({ beta1: 0.9 }),
  prodigy: prodigy({ useBiasCorrection: true }),
  "adamw in 16 bits": withStateStorage(adamW(), "float16"),
  "adamw in 8 bits": withStateStorage(adamW(), "uint8"),
  "prodigy in 8 bits": withStateStorage(prodigy(), "uint8"),
};

describe("a restored training", () => {
  it.each(Object.keys(optimizers))("goes on with the same bits: %s", async (name) => {
    const options = optionsFor(optimizers[name] ?? sgd());
    await using whole = await open(options);
    await advance(whole, 3);
    const [saved, step] = [structuredClone(await whole.state()), whole.step];
    await advance(whole, 2);
    await using resumed = await open(options);
    await resumed.restore(saved, step);
    expect(await resumed.state()).toEqual(saved);
    await advance(resumed, 2);
    expect(await resumed.state()).toEqual(await whole.state());
    expect(await resumed.averages()).toEqual(await whole.averages());
    expect((await whole.averages())?.get("a")).not.toEqual((await whole.values()).get("a"));
    expect((await whole.state()).get("a")).not.toEqual(saved.get("a"));
  });

  it("refuses unknown, misshapen, retyped and missing tensors by name", async () => {
    await using stepper = await open(optionsFor(withStateStorage(adamW(), "uint8")));
    const state = await stepper.state();
    const changed = async (name: string, tensor: FloatTensor | undefined): Promise<void> => {
      const other = new Map(state);
      if (tensor === undefined) other.delete(name);
      else other.set(name, tensor);
      await stepper.restore(other, 1);
    };
    const small = floatTensor([1], [1]);
    await expect(changed("z", small)).rejects.toThrow(/got "z" float32\[1\]. The snapshot belongs/);
    await expect(changed("b", small)).rejects.toThrow(
      /expected "b" as float32\[70\], got float32\[1\]/,
    );
    const codes = floatTensor(new Float32Array(4200), [70, 60]);
    await expect(changed("optimizer.first:a", codes)).rejects.toThrow(
      /"optimizer.first:a" as uint8\[70, 60\], got float32\[70, 60\]/,
    );
    await expect(changed("optimizer.second:b", undefined)).rejects.toThrow(
      /expected "optimizer.second:b", got none/,
    );
    await expect(changed("average:c", undefined)).rejects.toThrow(/expected "average:c", got none/);
  });
});

describe("the layout of a state", () => {
  it.each([
    ["adamw", 8],
    ["sgd", 4],
    ["lion", 4],
    // Two moments for a vector of 70.
    ["muon", (4 * 8400 + 8 * 70) / 8470],
    // Sums over 70 rows and 60 columns of two matrices, 70 squares, and a mean of updates.
    ["adafactor", 4 + (4 * (2 * 130 + 70)) / 8470],
    ["prodigy", 16 + (4 * 5) / 8470],
    // Two matrices of 4200 elements begin at whole blocks; a vector of 70 keeps float32.
    ["adamw in 8 bits", (2 * 2 * (4352 + 4 * 17) + 2 * 4 * 70) / 8470],
    ["adamw in 16 bits", (2 * 2 * (2 * 4352 + 4 * 17) + 2 * 4 * 70) / 8470],
  ])("takes for %s %f bytes a parameter", (name, expected) => {
    const options = optionsFor(optimizers[name] ?? sgd());
    const bytes = stateBytes(stateLayout({ ...options, hasAverage: false }));
    expect(bytes.optimizer / 8470).toBeCloseTo(expected, 9);
  });
});
