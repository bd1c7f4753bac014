/** @file Noise schedules, against PyTorch's ᾱ and the formulas of the papers. */

import { describe, expect, it } from "vitest";
import type { BetaSchedule } from "./betas.js";
import {
  addNoise,
  createNoiseSchedule,
  minSnrWeight,
  type NoiseScheduleOptions,
  snr,
  velocity,
} from "./noise-schedule.js";

const defaults = {
  numTrainTimesteps: 1000,
  betaStart: 0.0001,
  betaEnd: 0.02,
  betaSchedule: "linear",
} as const satisfies NoiseScheduleOptions;
const stableDiffusion = {
  ...defaults,
  betaStart: 0.00085,
  betaEnd: 0.012,
  betaSchedule: "scaled_linear",
} as const satisfies NoiseScheduleOptions;

/** ᾱ at 0, 1, 500, 998 and 999 and the sum of all, from diffusers. */
const expectedAlphaBars: readonly [BetaSchedule, NoiseScheduleOptions, number[], number][] = [
  [
    "linear",
    defaults,
    [
      0.9998999834060669, 0.9997800588607788, 0.07779665291309357, 4.118194192415103e-5,
      4.035830352222547e-5,
    ],
    275.5131952870579,
  ],
  [
    "scaled_linear",
    stableDiffusion,
    [
      0.9991499781608582, 0.9982960224151611, 0.27633246779441833, 0.004716695751994848,
      0.00466009508818388,
    ],
    373.3764712619595,
  ],
  [
    "squaredcos_cap_v2",
    { ...defaults, betaSchedule: "squaredcos_cap_v2" },
    [
      0.9999586939811707, 0.9999125599861145, 0.4922850430011749, 2.428766265438753e-6,
      2.4287349909002387e-9,
    ],
    495.5774839997695,
  ],
  [
    "laplace",
    { ...defaults, betaSchedule: "laplace" },
    [
      0.9788462519645691, 0.9702835083007812, 0.7072834372520447, 0.20702660083770752,
      0.03162277489900589,
    ],
    697.8189855143428,
  ],
  [
    "sigmoid",
    { ...defaults, betaSchedule: "sigmoid" },
    [
      0.9998508095741272, 0.9997010231018066, 0.29888758063316345, 4.048962364322506e-5,
      3.9681821363046765e-5,
    ],
    428.53674551832955,
  ],
  [
    "exp",
    { ...stableDiffusion, betaSchedule: "exp" },
    [
      0.9880717396736145, 0.9762857556343079, 0.0024492181837558746, 6.2185554270399734e-6,
      6.144378858152777e-6,
    ],
    82.834013017306,
  ],
];

describe("createNoiseSchedule", () => {
  it.each(expectedAlphaBars)("gives PyTorch's ᾱ for %s", (_, options, expected, total) => {
    const { alphasCumprod } = createNoiseSchedule(options);
    const actual = [0, 1, 500, 998, 999].map((t) => alphasCumprod[t] ?? Number.NaN);
    actual.forEach((value, i) => {
      expect(Math.abs(value / (expected[i] ?? Number.NaN) - 1)).toBeLessThan(2e-6);
    });
    const sum = alphasCumprod.reduce((a, b) => a + b, 0);
    expect(Math.abs(sum / total - 1)).toBeLessThan(1e-8);
  });

  it("ends at zero signal when it is rescaled, and keeps the first ᾱ", () => {
    const { alphasCumprod } = createNoiseSchedule({
      ...stableDiffusion,
      rescaleBetasZeroSnr: true,
    });
    expect(alphasCumprod[999]).toBe(0);
    expect(alphasCumprod[0]).toBeCloseTo(0.9991499781608582, 7);
    expect(alphasCumprod[1]).toBeCloseTo(0.9982334971427917, 7);
    expect(alphasCumprod[500]).toBeCloseTo(0.2410186380147934, 6);
    const sum = alphasCumprod.reduce((a, b) => a + b, 0);
    expect(Math.abs(sum / 352.1792236073836 - 1)).toBeLessThan(1e-6);
  });

  it("takes trained betas as they are, and only one for each timestep", () => {
    const trained = { ...defaults, numTrainTimesteps: 2, trainedBetas: [0.5, 0.75] };
    expect([...createNoiseSchedule(trained).alphasCumprod]).toEqual([0.5, 0.125]);
    expect(() => createNoiseSchedule({ ...trained, numTrainTimesteps: 3 })).toThrow(
      "expected 3 trained_betas (num_train_timesteps), got 2",
    );
  });
});

describe("the forward process", () => {
  const schedule = createNoiseSchedule(stableDiffusion);
  const forward = {
    x0: Float32Array.of(1, 0, 1, 0),
    noise: Float32Array.of(0, 1, 0, 1),
    timesteps: [0, 999],
  };

  it("mixes each sample at its own timestep", () => {
    const [a0, s0, a1, s1] = addNoise(schedule, forward);
    expect([a0, a1]).toEqual([0, 999].map((t) => Math.fround(Math.sqrt(alphaBar(t)))));
    expect(s0).toBeCloseTo(Math.sqrt(1 - alphaBar(0)), 6);
    expect(s1).toBeCloseTo(Math.sqrt(1 - alphaBar(999)), 6);
    expect([...velocity(schedule, forward)]).toEqual([-(s0 ?? 0), a0, -(s1 ?? 0), a1]);
  });

  it("refuses lengths that do not fit and timesteps outside the schedule", () => {
    const short = { ...forward, noise: Float32Array.of(1) };
    expect(() => addNoise(schedule, short)).toThrow("got 4 and 1");
    expect(() => addNoise(schedule, { ...forward, timesteps: [0, 1, 2] })).toThrow("3 timesteps");
    expect(() => addNoise(schedule, { ...forward, timesteps: [0, 1000] })).toThrow(
      "expected a whole timestep from 0 to 999, got 1000",
    );
    expect(() => snr(schedule, 0.5)).toThrow("got 0.5");
  });

  function alphaBar(t: number): number {
    return schedule.alphasCumprod[t] ?? Number.NaN;
  }
});

describe("minSnrWeight", () => {
  const schedule = createNoiseSchedule({ ...stableDiffusion, rescaleBetasZeroSnr: true });

  it("is 1 for ε and SNR/(SNR + 1) for v where the SNR is below γ", () => {
    const ratio = snr(schedule, 700);
    expect(ratio).toBeLessThan(5);
    expect(minSnrWeight(schedule, 700, { predictionType: "epsilon" })).toBe(1);
    expect(minSnrWeight(schedule, 700, { predictionType: "v_prediction" })).toBe(
      ratio / (ratio + 1),
    );
    expect(minSnrWeight(schedule, 700, { predictionType: "sample" })).toBe(ratio);
  });

  it("clips at the given γ", () => {
    const ratio = snr(schedule, 0);
    expect(minSnrWeight(schedule, 0, { predictionType: "epsilon", gamma: 2 })).toBe(2 / ratio);
  });

  it("is 1 at zero SNR, whatever is predicted", () => {
    for (const predictionType of ["epsilon", "v_prediction", "sample"] as const) {
      expect(minSnrWeight(schedule, 999, { predictionType })).toBe(1);
    }
  });
});
