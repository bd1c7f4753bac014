/** @file Optimizers against PyTorch: five steps on mean((A·p + q − Y)²). */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createOrtRuntime } from "../adapters/ort-node.js";
import { add, square, sub } from "../graph/ops/elementwise.js";
import { matmul } from "../graph/ops/linalg.js";
import { mean } from "../graph/ops/reduce.js";
import { input, parameter } from "../graph/ops/source.js";
import { type FloatTensor, floatTensor } from "../tensor.js";
import { adam, adamW } from "./adam.js";
import type { Optimizer } from "./optimizer.js";
import { sgd } from "./sgd.js";
import { createStepper } from "./stepper.js";

interface Trajectory {
  readonly tensors: Readonly<Record<string, { shape: number[]; data: number[] }>>;
}

const trajectories = JSON.parse(
  readFileSync(new URL("../../../../test/fixtures/optimizers.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Trajectory>>; // Made by PyTorch in this form; another one only fails tests.

function read(name: string, key: string): FloatTensor {
  const tensor = trajectories[name]?.tensors[key];
  if (tensor === undefined) throw new Error(`no ${key} in ${name}`);
  return floatTensor(tensor.data, tensor.shape);
}

async function maxError(name: string, optimizer: Optimizer, lr: number, accumulation = 1) {
  const fixture = (key: string): FloatTensor => read(name, key);
  const [p, q] = [parameter("p", [7, 5]), parameter("q", [5])];
  const [a, y] = [input("A", [11, 7]), input("Y", [11, 5])];
  const loss = mean(square(sub(add(matmul(a, p), q), y)));
  await using stepper = await createStepper(createOrtRuntime({ threads: 1 }), {
    loss,
    // Created by `parameter`, so both are parameter nodes.
    parameters: [p, q].filter((node) => node.kind === "parameter"),
    optimizer,
    accumulation,
    frozen: new Map(),
    initial: new Map([
      ["p", fixture("p0")],
      ["q", fixture("q0")],
    ]),
  });
  const batch = { A: fixture("A"), Y: fixture("Y") };
  let worst = 0;
  for (let step = 1; step <= 5; step++) {
    await stepper.run(new Array(accumulation).fill(batch), lr);
    for (const key of ["p", "q"]) {
      const expected = fixture(`${key}${step}`).data;
      const actual = stepper.values().get(key)?.data ?? new Float32Array(expected.length).fill(NaN);
      for (const [i, value] of expected.entries()) {
        const error = Math.abs(value - (actual[i] ?? NaN));
        worst = Number.isNaN(error) ? Infinity : Math.max(worst, error);
      }
    }
  }
  return worst;
}

describe("optimizers follow PyTorch for five steps", () => {
  const cases: readonly (readonly [string, Optimizer, number])[] = [
    ["opt_adamw", adamW({ weightDecay: 0.01 }), 1e-2],
    ["opt_adam", adam(), 1e-2],
    ["opt_sgdm", sgd({ momentum: 0.9, weightDecay: 1e-3 }), 1e-2],
  ];
  for (const [name, optimizer, lr] of cases) {
    test(name, async () => {
      expect(await maxError(name, optimizer, lr)).toBeLessThan(2e-6);
    });
    test(`${name} with gradients accumulated over two equal batches`, async () => {
      expect(await maxError(name, optimizer, lr, 2)).toBeLessThan(2e-6);
    });
  }
});
