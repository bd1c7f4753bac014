/** @file Losses, weights, masks and noises of training options against PyTorch, gradients included. */

import { readFileSync } from "node:fs";
import { type FloatTensor, floatTensor, gradients, input, parameter } from "@atelier/engine";
import { createOrtRuntime } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fixture } from "../testing/fixtures.js";
import { denoisingLoss } from "./denoising.js";
import { discreteProcess } from "./discrete.js";
import {
  type ErrorMeasure,
  errorMeasures,
  huberSchedules,
  huberThreshold,
} from "./error-measure.js";
import { priorWeights, type TimestepWeighting, timestepWeight } from "./loss-weights.js";
import { createNoiseSchedule } from "./noise-schedule.js";
import { offsetNoise, perturbNoise } from "./training-noise.js";

const numbers = z.array(z.number());
const reference = z
  .object({
    timesteps: numbers,
    c: z.number(),
    latents: numbers,
    noise: numbers,
    prediction: numbers,
    offset: numbers,
    perturbation: numbers,
    mask: numbers,
    thresholds: z.record(z.string(), numbers),
    cases: z.array(
      z.object({
        kind: z.enum(errorMeasures),
        schedule: z.enum(huberSchedules),
        masked: z.boolean(),
        loss: z.number(),
        perSample: numbers,
        gradient: numbers,
      }),
    ),
    prior: z.number(),
    weights: z.record(z.string(), numbers),
    offsetNoise: numbers,
    adaptiveNoise: numbers,
    noisy: numbers,
  })
  .parse(JSON.parse(readFileSync(fixture("noise/objectives.json"), "utf8")));

const schedule = createNoiseSchedule({
  numTrainTimesteps: 1000,
  betaStart: 0.00085,
  betaEnd: 0.012,
  betaSchedule: "scaled_linear",
});
const zeroTerminal = createNoiseSchedule({
  numTrainTimesteps: 1000,
  betaStart: 0.00085,
  betaEnd: 0.012,
  betaSchedule: "scaled_linear",
  rescaleBetasZeroSnr: true,
});
const shape = [3, 2, 4, 4];
const tensor = (values: readonly number[], extents = shape): FloatTensor =>
  floatTensor(values, extents);
const values = {
  latents: tensor(reference.latents),
  noise: tensor(reference.noise),
  prediction: tensor(reference.prediction),
  offset: tensor(reference.offset, [3, 2, 1, 1]),
  perturbation: tensor(reference.perturbation),
  mask: tensor(reference.mask, [3, 1, 4, 4]),
};
const timesteps = {
  dtype: "int64",
  shape: [3],
  data: BigInt64Array.from(reference.timesteps, BigInt),
} as const;
const runtime = createOrtRuntime({ threads: 1 });

function worst(
  actual: ArrayLike<number | bigint> | undefined,
  expected: readonly number[],
): number {
  expect(actual?.length).toBe(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(Number(actual?.[i]) - value)));
}

const lossOf = (options: Partial<Parameters<typeof denoisingLoss>[0]>) =>
  denoisingLoss({
    process: discreteProcess(schedule, "epsilon"),
    latents: input("latents", shape),
    noise: input("noise", shape),
    times: input("timesteps", [3], "int64"),
    predict: () => parameter("prediction", shape),
    ...options,
  });

describe("denoisingLoss", () => {
  it.each(reference.cases)(
    "measures errors by $kind ($schedule, masked: $masked) as PyTorch does, with its gradients",
    async ({ kind, schedule: course, masked, ...expected }) => {
      const measure: ErrorMeasure =
        kind === "huber" || kind === "smooth_l1"
          ? { kind, threshold: { schedule: course, c: reference.c } }
          : { kind };
      const prediction = parameter("prediction", shape);
      const { loss, perSample } = lossOf({
        measure,
        predict: () => prediction,
        ...(masked ? { mask: input("mask", [3, 1, 4, 4]) } : {}),
      });
      const [gradient = loss] = gradients(loss, [prediction]);
      await using compiled = await runtime.compile({ outputs: { loss, perSample, gradient } });
      const { prediction: predicted, noise, mask } = values;
      const given = { prediction: predicted, noise, ...(masked ? { mask } : {}) };
      const needed = kind === "huber" || kind === "smooth_l1" ? { ...given, timesteps } : given;
      const results = await compiled.run(needed);
      expect(Math.abs(Number(results["loss"]?.data[0]) / expected.loss - 1)).toBeLessThan(1e-6);
      expect(worst(results["perSample"]?.data, expected.perSample)).toBeLessThan(1e-6);
      expect(worst(results["gradient"]?.data, expected.gradient)).toBeLessThan(1e-7);
    },
  );

  it("is the sum of two means with the weights of prior preservation", async () => {
    const { loss } = lossOf({ weights: input("weights", [3]) });
    await using compiled = await runtime.compile({ outputs: { loss } });
    const weights = floatTensor(priorWeights({ instance: 2, prior: 1, weight: 0.5 }), [3]);
    const { prediction, noise } = values;
    const results = await compiled.run({ prediction, noise, weights });
    expect(Math.abs(Number(results["loss"]?.data[0]) / reference.prior - 1)).toBeLessThan(1e-6);
  });

  it("shows the model perturbed noise and asks for the plain one", async () => {
    const noise = input("noise", shape);
    let seen = noise;
    const { loss } = lossOf({
      noise,
      inputNoise: perturbNoise(noise, 0.1, input("perturbation", shape)),
      predict(sample) {
        seen = sample;
        return parameter("prediction", shape);
      },
    });
    await using compiled = await runtime.compile({ outputs: { loss, seen } });
    const { mask: _, offset: __, ...given } = values;
    const results = await compiled.run({ ...given, timesteps });
    expect(worst(results["seen"]?.data, reference.noisy)).toBeLessThan(1e-6);
    const plain = reference.cases.find(({ kind, masked }) => kind === "mse" && !masked);
    expect(Number(results["loss"]?.data[0])).toBeCloseTo(plain?.loss ?? Number.NaN, 5);
  });
});

describe("offsetNoise", () => {
  it.each([
    ["moves whole channels", 0, "offsetNoise"],
    ["moves channels by their mean, never below zero strength", -0.4, "adaptiveNoise"],
  ] as const)("%s", async (_, adaptive, name) => {
    const noise = offsetNoise(
      input("noise", shape),
      { strength: 0.1, adaptive },
      { latents: input("latents", shape), offset: input("offset", [3, 2, 1, 1]) },
    );
    await using compiled = await runtime.compile({ outputs: { noise } });
    const { noise: plain, offset, latents } = values;
    const given = { noise: plain, offset, ...(adaptive === 0 ? {} : { latents }) };
    const results = await compiled.run(given);
    expect(worst(results["noise"]?.data, reference[name])).toBeLessThan(1e-6);
  });
});

describe("huberThreshold", () => {
  it.each(huberSchedules)("follows kohya's schedule %s", (course) => {
    const found = reference.timesteps.map((t) =>
      huberThreshold(schedule, t, { schedule: course, c: reference.c }),
    );
    expect(worst(found, reference.thresholds[course] ?? [])).toBeLessThan(1e-6);
  });

  it("is c where nothing of the picture is left", () => {
    expect(huberThreshold(zeroTerminal, 999, { schedule: "snr", c: 0.1 })).toBe(0.1);
  });
});

describe("timestepWeight", () => {
  it.each([
    ["debiased epsilon", { kind: "debiased" }, "epsilon"],
    ["debiased v_prediction", { kind: "debiased" }, "v_prediction"],
    ["p2 epsilon", { kind: "p2", gamma: 0.5 }, "epsilon"],
  ] as const)("is PyTorch's for %s", (name, weighting, predictionType) => {
    const found = reference.timesteps.map((t) =>
      timestepWeight(schedule, t, { weighting, predictionType }),
    );
    const expected = reference.weights[name] ?? [];
    expect(
      worst(
        found.map((w, i) => w / (expected[i] ?? 0)),
        [1, 1, 1],
      ),
    ).toBeLessThan(1e-4);
  });

  it.each<TimestepWeighting>([
    { kind: "none" },
    { kind: "debiased" },
    { kind: "min-snr", gamma: 5 },
    { kind: "p2", gamma: 1 },
  ])("is 1 at zero SNR with $kind", (weighting) => {
    expect(timestepWeight(zeroTerminal, 999, { weighting, predictionType: "epsilon" })).toBe(1);
  });

  it("refuses what is not defined for the model's prediction", () => {
    const p2 = { weighting: { kind: "p2", gamma: 1 }, predictionType: "v_prediction" } as const;
    expect(() => timestepWeight(schedule, 0, p2)).toThrow("defined for v_prediction, got p2");
  });
});
