/** @file Moments in 16 and 8 bits against float32, and against bitsandbytes' 8-bit AdamW. */

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { createOrtRuntime } from "../adapters/ort/ort-runtime.js";
import { parametersOf } from "../graph/graph.js";
import type { GraphNode } from "../graph/node.js";
import { silu, square, sub } from "../graph/ops/elementwise.js";
import { linear } from "../graph/ops/linalg.js";
import { mean } from "../graph/ops/reduce.js";
import { input, parameter } from "../graph/ops/source.js";
import { createTorchGenerator } from "../random/torch-generator.js";
import { type FloatTensor, floatTensor, type HostTensor } from "../tensor.js";
import { adamW } from "./adam.js";
import { type StateStorage, withStateStorage } from "./compressed-state.js";
import { createStepper } from "./stepper.js";

const reference = JSON.parse(
  readFileSync(
    new URL("../../../../test/fixtures/optimizers/eight-bit.json", import.meta.url),
    "utf8",
  ),
  // Made by test/parity in this form; another one only fails tests.
) as { losses: Readonly<Record<string, number>>; bitsandbytesDistance: number };

interface Distillation {
  readonly losses: readonly number[];
  readonly start: readonly number[];
  readonly end: readonly number[];
  readonly state: ReadonlyMap<string, HostTensor>;
}

/** 300 steps in which a small network learns another one, with the draws of the reference. */
async function distil(storage: StateStorage): Promise<Distillation> {
  const generator = createTorchGenerator(7);
  const draw = (rows: number, columns: number, deviation = 1): FloatTensor =>
    floatTensor(
      generator.randn(rows * columns).map((value) => Math.fround(value * deviation)),
      [rows, columns],
    );
  const teacher = [draw(128, 32, 0.2), draw(64, 128, 0.2)];
  const initial = new Map([
    ["first", draw(128, 32, 0.1)],
    ["second", draw(64, 128, 0.1)],
  ]);
  const x = input("x", [64, 32]);
  const network = (first: GraphNode, second: GraphNode) => linear(silu(linear(x, first)), second);
  const taught = network(input("t0", [128, 32]), input("t1", [64, 128]));
  const learned = network(parameter("first", [128, 32]), parameter("second", [64, 128]));
  const loss = mean(square(sub(learned, taught)));
  await using stepper = await createStepper(createOrtRuntime({ threads: 1 }), {
    loss,
    parameters: parametersOf({ outputs: { loss } }),
    optimizer: withStateStorage(adamW({ weightDecay: 1e-2 }), storage),
    frozen: new Map(),
    initial,
  });
  const [t0 = x0, t1 = x0] = teacher;
  const losses: number[] = [];
  for (let step = 0; step < 300; step++) {
    const [results] = await stepper.run([{ x: draw(64, 32), t0, t1 }], 1e-2);
    losses.push(Number(results?.["loss"]?.data[0]));
  }
  const numbers = (tensors: ReadonlyMap<string, FloatTensor>) =>
    ["first", "second"].flatMap((name) => [...(tensors.get(name)?.data ?? [])]);
  return {
    losses,
    start: numbers(initial),
    end: numbers(await stepper.values()),
    state: await stepper.state(),
  };
}

const x0 = floatTensor([], [0]);

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.hypot(...a.map((value, i) => value - (b[i] ?? Number.NaN)));

const bytesOfMoments = ({ state }: Distillation): number =>
  [...state]
    .filter(([name]) => name.startsWith("optimizer."))
    .reduce((total, [, { data }]) => total + data.byteLength, 0);

describe("moments in fewer bits", () => {
  let full: Distillation;
  beforeAll(async () => {
    full = await distil("float32");
  });

  /** As a share of the way that float32 went. */
  const strayed = ({ start, end }: Distillation) =>
    distance(end, full.end) / distance(full.end, start);

  it("begin from PyTorch's AdamW in float32", () => {
    for (const [step, loss] of Object.entries(reference.losses)) {
      expect(Math.abs((full.losses[Number(step) - 1] ?? NaN) / loss - 1)).toBeLessThan(1e-5);
    }
    expect(bytesOfMoments(full)).toBe(12288 * 8);
  });

  it("in 8 bits stay nearer to float32 than bitsandbytes does, in 2.03 bytes a parameter", async () => {
    const compressed = await distil("uint8");
    expect(strayed(compressed)).toBeLessThan(reference.bitsandbytesDistance);
    expect(compressed.losses[299] ?? NaN).toBeLessThan(1.01 * (full.losses[299] ?? 0));
    expect(bytesOfMoments(compressed)).toBe(12288 * 2 + 2 * 4 * 48);
  });

  it("in 16 bits stay within 0.2 %, in half the bytes", async () => {
    const compressed = await distil("float16");
    expect(strayed(compressed)).toBeLessThan(0.002);
    expect(bytesOfMoments(compressed)).toBe(12288 * 4 + 2 * 4 * 48);
  });
});
