/** @file Optimizers against those of PyTorch, transformers, prodigyopt and lion-pytorch, step by step. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createOrtRuntime } from "../adapters/ort/ort-runtime.js";
import type { GraphNode, NodeOf } from "../graph/node.js";
import { add, square, sub } from "../graph/ops/elementwise.js";
import { linear, matmul } from "../graph/ops/linalg.js";
import { reshape } from "../graph/ops/movement.js";
import { mean } from "../graph/ops/reduce.js";
import { input, parameter } from "../graph/ops/source.js";
import { type FloatTensor, floatTensor } from "../tensor.js";
import { adafactor, torchAdafactor } from "./adafactor.js";
import { adam, adamW } from "./adam.js";
import { lion } from "./lion.js";
import { muon } from "./muon.js";
import type { Optimizer } from "./optimizer.js";
import { prodigy } from "./prodigy.js";
import { sgd } from "./sgd.js";
import { createStepper, type Stepper } from "./stepper.js";

interface StoredTensor {
  readonly shape: number[];
  readonly data: number[];
}

type StoredTensors = Readonly<Record<string, StoredTensor>>;

const fixture = (name: string): string =>
  readFileSync(
    new URL(`../../../../test/fixtures/optimizers/${name}.json`, import.meta.url),
    "utf8",
  );

// Made by test/parity in these forms; others only fail tests.
const torch = JSON.parse(fixture("torch")) as Readonly<Record<string, { tensors: StoredTensors }>>;
const references = JSON.parse(fixture("trajectories")) as {
  readonly inputs: StoredTensors;
  readonly start: StoredTensors;
  readonly cases: Readonly<Record<string, Trajectory>>;
};

interface Trajectory {
  readonly rates: readonly number[];
  readonly steps: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  readonly d?: number;
}

const tensorsOf = (stored: StoredTensors): ReadonlyMap<string, FloatTensor> =>
  new Map(Object.entries(stored).map(([name, t]) => [name, floatTensor(t.data, t.shape)]));

const isParameter = (node: GraphNode): node is NodeOf<"parameter"> => node.kind === "parameter";

/** Of mean((A·p + q − Y)²), and with `r` also of mean((B·rᵀ − Z)²). */
function problem(
  inputs: ReadonlyMap<string, FloatTensor>,
  initial: ReadonlyMap<string, FloatTensor>,
) {
  const value = (name: string) => input(name, inputs.get(name)?.shape ?? []);
  const weight = (name: string) => parameter(name, initial.get(name)?.shape ?? []);
  const [p, q, r] = [weight("p"), weight("q"), weight("r")];
  const first = mean(square(sub(add(matmul(value("A"), p), q), value("Y"))));
  if (!initial.has("r")) return { loss: first, parameters: [p, q].filter(isParameter), initial };
  const second = mean(square(sub(linear(value("B"), reshape(r, [2, 12])), value("Z"))));
  return { loss: add(first, second), parameters: [p, q, r].filter(isParameter), initial };
}

const largest = (errors: readonly number[]): number =>
  errors.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...errors);

async function errorsOf(
  stepper: Stepper,
  name: string,
  expected: readonly number[],
): Promise<number[]> {
  const actual = (await stepper.values()).get(name)?.data;
  return expected.map((value, i) => Math.abs(value - (actual?.[i] ?? Number.NaN)));
}

describe("optimizers follow PyTorch for five steps", () => {
  async function largestError(name: string, optimizer: Optimizer, accumulation: number) {
    const tensors = tensorsOf(torch[name]?.tensors ?? {});
    const start = (key: string) => tensors.get(`${key}0`) ?? floatTensor([], [0]);
    const initial = new Map(["p", "q"].map((key) => [key, start(key)]));
    await using stepper = await createStepper(createOrtRuntime({ threads: 1 }), {
      ...problem(tensors, initial),
      optimizer,
      accumulation,
      frozen: new Map(),
    });
    const batch = Object.fromEntries([...tensors].filter(([key]) => /^[AY]$/.test(key)));
    const errors: number[] = [];
    for (let step = 1; step <= 5; step++) {
      await stepper.run(new Array(accumulation).fill(batch), 1e-2);
      for (const key of initial.keys()) {
        errors.push(
          ...(await errorsOf(stepper, key, [...(tensors.get(`${key}${step}`)?.data ?? [NaN])])),
        );
      }
    }
    return largest(errors);
  }

  const cases: readonly (readonly [string, Optimizer])[] = [
    ["opt_adamw", adamW({ weightDecay: 0.01 })],
    ["opt_adam", adam()],
    ["opt_sgdm", sgd({ momentum: 0.9, weightDecay: 1e-3 })],
  ];
  it.each(cases)("%s", async (name, optimizer) => {
    expect(await largestError(name, optimizer, 1)).toBeLessThan(2e-6);
  });
  it.each(cases)("%s, with gradients accumulated over two equal batches", async (...[name, of]) => {
    expect(await largestError(name, of, 2)).toBeLessThan(2e-6);
  });
});

describe("optimizers follow their references for eight steps", () => {
  const inputs = tensorsOf(references.inputs);
  const initial = tensorsOf(references.start);

  const cases: readonly (readonly [string, Optimizer])[] = [
    ["lion", lion()],
    ["lion with decay", lion({ beta1: 0.95, beta2: 0.98, weightDecay: 0.3 })],
    ["muon", muon()],
    [
      "muon with all",
      muon({
        ...{ weightDecay: 0.3, momentum: 0.8, nesterov: false, iterations: 3 },
        ...{ beta1: 0.8, beta2: 0.95, adjustRate: "shape" },
      }),
    ],
    ["adafactor", adafactor()],
    [
      "adafactor with all",
      adafactor({
        beta1: 0.9,
        weightDecay: 0.1,
        clipThreshold: 0.5,
        decayRate: 0.6,
        scaleParameter: true,
      }),
    ],
    ["adafactor relative", adafactor({ scaleParameter: true, relativeStep: true })],
    [
      "adafactor relative, warming up",
      adafactor({ scaleParameter: true, relativeStep: true, warmupInit: true }),
    ],
    ["torch adafactor", torchAdafactor()],
    [
      "torch adafactor with all",
      torchAdafactor({ weightDecay: 0.3, clipThreshold: 1.05, decayRate: 0.6 }),
    ],
    ["prodigy", prodigy({ d0: 1e-3 })],
    ["prodigy from the usual d", prodigy()],
    [
      "prodigy warming up",
      prodigy({ d0: 1e-2, useBiasCorrection: true, safeguardWarmup: true, weightDecay: 0.1 }),
    ],
    [
      "prodigy without safeguard",
      prodigy({ d0: 1e-2, useBiasCorrection: true, beta1: 0.8, beta2: 0.99 }),
    ],
    [
      "prodigy with all",
      prodigy({
        d0: 1e-2,
        weightDecay: 0.2,
        isDecoupled: false,
        dCoefficient: 2,
        growthRate: 1.3,
        beta2: 0.95,
        beta3: 0.9,
        epsilon: 1e-6,
      }),
    ],
  ];

  it.each(cases)("%s", async (name, optimizer) => {
    const reference = references.cases[name];
    await using stepper = await createStepper(createOrtRuntime({ threads: 1 }), {
      ...problem(inputs, initial),
      optimizer,
      frozen: new Map(),
    });
    const errors: number[] = [];
    for (const [index, rate] of (reference?.rates ?? []).entries()) {
      await stepper.run([Object.fromEntries(inputs)], rate);
      const expected = Object.entries(reference?.steps[index + 1] ?? {});
      for (const [key, values] of expected) errors.push(...(await errorsOf(stepper, key, values)));
    }
    expect(errors).toHaveLength(4 * (35 + 5 + 24));
    expect(largest(errors)).toBeLessThan(5e-6);
    const d = Number((await stepper.state()).get("estimate.d")?.data[0] ?? Number.NaN);
    if (reference?.d !== undefined) expect(Math.abs(d / reference.d - 1)).toBeLessThan(1e-6);
  });
});
