/**
 * @file Mixed precision against PyTorch: a block of a UNet with its gradients under autocast, and 20 steps of its
 * training with GradScaler (test/parity/make-autocast-fixture.py).
 */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createOrtRuntime } from "../adapters/ort/ort-runtime.js";
import { gradients } from "../autodiff/gradient.js";
import { parametersOf } from "../graph/graph.js";
import { mixedPrecision } from "../graph/mixed-precision.js";
import type { GraphNode } from "../graph/node.js";
import { attention } from "../graph/ops/attention.js";
import { add, gelu, mul, silu, square, sub } from "../graph/ops/elementwise.js";
import { linear as linearOp } from "../graph/ops/linalg.js";
import { checkpoint } from "../graph/ops/mark.js";
import { narrow, reshape, transpose } from "../graph/ops/movement.js";
import { mean } from "../graph/ops/reduce.js";
import { input, parameter, scalar } from "../graph/ops/source.js";
import { narrowHalf, widenHalf } from "../half.js";
import { conv, groupNorm, layerNorm, linear } from "../nn/layers.js";
import { createWeights, type Weights } from "../nn/weights.js";
import { type FloatTensor, floatTensor, type HostTensor } from "../tensor.js";
import { everyOptimizer } from "../testing/every-optimizer.js";
import { adamW } from "./adam.js";
import type { StepResults } from "./compiled-step.js";
import { usualLossScaling } from "./loss-scaling.js";
import { createStepper, type Stepper, type StepperOptions } from "./stepper.js";

interface Stored {
  readonly shape: number[];
  readonly data: number[];
}

interface Trajectory {
  readonly losses: readonly number[];
  readonly scales: readonly number[];
}

// Made by test/parity in this form; another only fails tests.
const fixture = JSON.parse(
  readFileSync(
    new URL("../../../../test/fixtures/training/mixed-precision.json", import.meta.url),
    "utf8",
  ),
) as {
  readonly inputs: { readonly x: Stored; readonly target: Stored };
  readonly weights: Readonly<Record<string, Stored>>;
  readonly lossScale: number;
  readonly results: { readonly out: Stored; readonly loss: Stored };
  readonly gradients: Readonly<Record<string, Stored>>;
  readonly settings: {
    readonly steps: number;
    readonly lr: number;
    readonly initial: number;
    readonly growthInterval: number;
  };
  readonly half: Trajectory;
  readonly full: Trajectory;
};

const tensorsOf = (stored: Readonly<Record<string, Stored>>): Record<string, FloatTensor> =>
  Object.fromEntries(
    Object.entries(stored).map(([name, { data, shape }]) => [name, floatTensor(data, shape)]),
  );

const weights = new Map(Object.entries(tensorsOf(fixture.weights)));
const batch = tensorsOf(fixture.inputs);

/** The fixture's residual block and transformer block, `[2, 8, 6, 6]` to `[2, 36, 8]`. */
function block(given: Weights, x: GraphNode): GraphNode {
  const at = (name: string): Weights => given.scope(name);
  const width = 8;
  const start = conv(at("conv1"), x, width, { padding: 1 });
  const normed = groupNorm(at("norm1"), start, { groups: 2, epsilon: 1e-5, activation: silu });
  const picture = add(start, conv(at("conv2"), normed, width, { padding: 1 }));
  const tokens = transpose(reshape(picture, [2, width, 36]), [0, 2, 1]);
  const n = layerNorm(at("norm2"), tokens, 1e-5);
  const [q, k, v] = ["to_q", "to_k", "to_v"].map((name) =>
    linear(at(name), n, width, { bias: false }),
  );
  if (q === undefined || k === undefined || v === undefined) throw new Error("three layers");
  const mixed = add(tokens, linear(at("to_out"), attention(q, k, v, { heads: 2 }), width));
  const both = linear(at("proj"), layerNorm(at("norm3"), mixed, 1e-5), 8 * width);
  const [hidden, gate] = [narrow(both, 2, 0, 4 * width), narrow(both, 2, 4 * width, 4 * width)];
  return add(mixed, linear(at("out"), mul(hidden, gelu(gate)), width));
}

function lossOf(isRecomputed = false) {
  const given = createWeights();
  const x = input("x", fixture.inputs.x.shape);
  const out = isRecomputed ? checkpoint((h) => block(given, h), [x]) : block(given, x);
  const loss = mean(square(sub(out, input("target", fixture.inputs.target.shape))));
  return { out, loss, parameters: parametersOf({ outputs: { loss } }) };
}

/** Output, loss and gradients, the loss scaled for these. */
function blockGraph(isRecomputed = false) {
  const { out, loss, parameters } = lossOf(isRecomputed);
  const scaled = gradients(mul(loss, fixture.lossScale), parameters);
  const named = scaled.map((gradient, i) => [
    parameters[i]?.attributes.name ?? "",
    mul(gradient, scalar(1 / fixture.lossScale)),
  ]);
  return mixedPrecision({ outputs: { ...Object.fromEntries(named), out, loss } });
}

async function runBlock(runtime = createOrtRuntime({ threads: 1 }), isRecomputed = false) {
  await using compiled = await runtime.compile(blockGraph(isRecomputed), { parameters: weights });
  // Awaited here, since the graph is closed when this function ends.
  return await compiled.run(batch);
}

const numbers = (tensor: Pick<HostTensor, "data"> | undefined): number[] =>
  Array.from(tensor?.data ?? [], Number);

/** √(Σ(a − b)² / Σb²) */
function distance(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  const squares = (values: readonly number[]) => values.reduce((sum, v) => sum + v * v, 0);
  return Math.sqrt(squares(b.map((value, i) => value - (a[i] ?? Number.NaN))) / squares(b));
}

const equalShare = (a: readonly number[], b: readonly number[]): number =>
  b.filter((value, i) => Math.fround(value) === a[i]).length / b.length;

type Results = Readonly<Record<string, HostTensor>>;

/** The largest distance of a gradient from PyTorch's. */
const worstGradient = (results: Results): number =>
  Math.max(
    ...Object.entries(fixture.gradients).map(([name, { data }]) =>
      distance(numbers(results[name]), data),
    ),
  );

describe("a block in mixed precision", () => {
  it("has PyTorch's output to the bit, its loss, and its gradients to a rounding", async () => {
    const results = await runBlock();
    expect(equalShare(numbers(results["out"]), fixture.results.out.data)).toBeGreaterThan(0.99);
    expect(distance(numbers(results["loss"]), fixture.results.loss.data)).toBeLessThan(1e-6);
    // Measured 6.4e-4; float16's last bit is 4.9e-4.
    expect(worstGradient(results)).toBeLessThan(1e-3);
  });

  it("rounds where float16 does, also where the processor computes in float32", async () => {
    const { out } = await runBlock();
    const values = Float32Array.from(out?.data ?? [], Number);
    expect(widenHalf(narrowHalf(values, "float16"), "float16")).toEqual(values);
  });

  it("has the same bits where blocks are computed again", async () => {
    expect(await runBlock(createOrtRuntime({ threads: 1 }), true)).toEqual(await runBlock());
  });

  it("is written for devices with kernels of float16, with and without fused operators", async () => {
    const has = ["computesHalf"] as const;
    for (const lacks of [[], ["fusesTransposes", "fusesAttention"]] as const) {
      const results = await runBlock(createOrtRuntime({ threads: 1, has, lacks }));
      expect(distance(numbers(results["out"]), fixture.results.out.data)).toBeLessThan(1e-3);
      expect(worstGradient(results)).toBeLessThan(5e-3);
    }
  });
});

const { steps, lr, initial, growthInterval } = fixture.settings;
const scaling = { ...usualLossScaling, initial, growthInterval };
const runtime = createOrtRuntime({ threads: 1 });
const settings: StepperOptions = {
  ...{ ...lossOf(), optimizer: adamW({ weightDecay: 0.01 }), mixedPrecision: scaling },
  ...{ frozen: new Map(), initial: weights },
};

/** Losses, scales and overflows of steps on the fixture's batch. */
async function train(stepper: Stepper, count: number) {
  const told = { losses: [] as number[], scales: [] as number[], overflows: [] as number[] };
  for (let step = 0; step < count; step++) {
    const [results] = await stepper.run([batch], lr);
    told.losses.push(Number(results?.["loss"]?.data[0]));
    told.scales.push(Number(results?.["lossScale"]?.data[0]));
    told.overflows.push(Number(results?.["overflows"]?.data[0]));
  }
  return told;
}

const largestRatio = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...b.map((value, i) => Math.abs((a[i] ?? Number.NaN) / value - 1)));

describe("training in mixed precision", () => {
  it("follows PyTorch's losses and GradScaler's scales, and float32", async () => {
    await using stepper = await createStepper(runtime, settings);
    const { losses, scales, overflows } = await train(stepper, steps);
    expect(scales).toEqual(fixture.half.scales);
    expect(overflows).toEqual(scales.map((_, i) => (i === 0 ? 7 : i === 16 ? 1 : 0)));
    // Measured 2.2e-4 and 2.6e-4.
    expect(largestRatio(losses, fixture.half.losses)).toBeLessThan(1e-3);
    expect(largestRatio(losses, fixture.full.losses)).toBeLessThan(1e-3);
  });

  it("backs off from a scale that overflows as if it had begun with the smaller one", async () => {
    const [first = 0] = fixture.half.scales;
    const smaller = { ...settings, mixedPrecision: { ...scaling, initial: first } };
    await using high = await createStepper(runtime, settings);
    await using low = await createStepper(runtime, smaller);
    expect((await train(high, 3)).losses).toEqual((await train(low, 3)).losses);
    expect(high.step).toBe(3);
    expect(await high.state()).toEqual(await low.state());
  });

  it.each([
    ["updated by the host", {}],
    ["updated by graphs, clipped", { optimizer: everyOptimizer.get("prodigy"), maxGradNorm: 1 }],
  ])("goes on from a snapshot with the same bits: %s", async (_, more) => {
    const options = { ...settings, ...more } as StepperOptions;
    await using whole = await createStepper(runtime, options);
    await train(whole, 2);
    const snapshot = structuredClone(await whole.state());
    await using resumed = await createStepper(runtime, options);
    await resumed.restore(snapshot, 2);
    // Over a growth of the scale.
    expect(await train(resumed, 4)).toEqual(await train(whole, 4));
    expect(await resumed.state()).toEqual(await whole.state());
  });

  it("adds up batches at one scale", async () => {
    await using one = await createStepper(runtime, { ...settings, accumulation: 2 });
    await using both = await createStepper(runtime, { ...settings, accumulation: 2, atOnce: 2 });
    const results = await one.run([batch, batch], lr);
    expect(results.map(({ loss }) => loss)).toEqual(
      (await both.run([batch, batch], lr)).map(({ loss }) => loss),
    );
    expect(Number(results[1]?.["overflows"]?.data[0])).toBeGreaterThan(0);
    const [mine, its] = [await one.values(), await both.values()].map((values) =>
      numbers(values.get("out.weight")),
    );
    expect(distance(mine ?? [], its ?? [])).toBeLessThan(1e-4);
  });

  it("evaluates with the bits of a step", async () => {
    await using stepper = await createStepper(runtime, settings);
    const { loss } = await stepper.evaluate(batch);
    const [results] = await stepper.run([batch], lr);
    expect(results?.["loss"]).toEqual(loss);
  });

  it("tries nothing again and changes nothing where the loss itself is not finite", async () => {
    await using stepper = await createStepper(runtime, settings);
    const before = structuredClone(await stepper.state());
    const x = batch["x"] ?? floatTensor([], [0]);
    const bad = {
      ...batch,
      x: floatTensor(
        x.data.map(() => 1e5),
        x.shape,
      ),
    };
    const isGood = (results: readonly StepResults[]) =>
      results.every(({ loss }) => Number.isFinite(Number(loss?.data[0])));
    const [results] = await stepper.run([bad], lr, { isGood });
    expect(Number(results?.["overflows"]?.data[0])).toBe(0);
    expect(Number(results?.["loss"]?.data[0])).not.toSatisfy(Number.isFinite);
    expect(await stepper.state()).toEqual(before);
  });

  it("gives gradients that overflow without a scale to whoever judges them", async () => {
    const w = parameter("w", [1, 1]);
    // Its gradient is 10⁶, its value 0.
    const loss = mean(mul(linearOp(input("x", [1, 1]), w), 1e6));
    const options = { ...settings, loss, parameters: parametersOf({ outputs: { loss } }) };
    await using stepper = await createStepper(runtime, {
      ...options,
      initial: new Map([["w", floatTensor([0], [1, 1])]]),
      mixedPrecision: { ...scaling, initial: 4 },
    });
    const [results] = await stepper.run([{ x: floatTensor([1], [1, 1]) }], lr, {
      isGood: () => false,
    });
    const [overflows, scale] = ["overflows", "lossScale"].map(
      (name) => numbers(results?.[name])[0],
    );
    expect([overflows, scale]).toEqual([2, 1]);
    expect(numbers(results?.["gradNorm"])).toEqual([Number.POSITIVE_INFINITY]);
    expect(stepper.step).toBe(0);
  });

  it("is off by default", async () => {
    const { mixedPrecision: _, ...plain } = settings;
    await using stepper = await createStepper(runtime, plain);
    const [results] = await stepper.run([batch], lr);
    expect(Object.keys(results ?? {})).toEqual(["loss", "gradNorm"]);
    expect([...(await stepper.state()).keys()].filter((name) => name.includes("scale"))).toEqual(
      [],
    );
    expect(largestRatio(numbers(results?.["loss"]), fixture.full.losses.slice(0, 1))).toBeLessThan(
      1e-6,
    );
  });
});
