/** @file Flow matching against what diffusers' schedulers and training scripts make of it. */

import { createTorchGenerator, floatTensor, input } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { fixture, sharedFile } from "../testing/fixtures.js";
import { discreteProcess } from "./discrete.js";
import { flowProcess } from "./flow.js";
import { createFlowSchedule, type SizeShift, shiftOfSize, shiftSigma } from "./flow-schedule.js";
import { createNoiseSchedule } from "./noise-schedule.js";
import type { ObjectiveOptions } from "./process.js";
import { sampleShares } from "./timestep-sampling.js";

const file = await openSafetensors(nodeFiles, fixture("noise/flow_match.safetensors"));
const density = await openSafetensors(nodeFiles, fixture("noise/sd3_timestep_density.safetensors"));
const read = async (name: string, from = file) => (await from.readFloat32(name)).data;

function worst(actual: readonly number[], expected: ArrayLike<number>): number {
  expect(actual).toHaveLength(expected.length);
  return Math.max(...actual.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN))));
}

/** Of FLUX.1. */
const sizeShift: SizeShift = {
  baseShift: 0.5,
  maxShift: 1.15,
  baseTokens: 256,
  maxTokens: 4096,
  kind: "exponential",
};
const scheduleOf = (shift: number) =>
  createFlowSchedule({ numTrainTimesteps: 1000, shift, sizeShift });
const processOf = (shift: number) =>
  flowProcess(scheduleOf(shift), ({ height, width }) => (height * width) / 4);
const discrete = discreteProcess(
  createNoiseSchedule({
    ...{ numTrainTimesteps: 1000, betaStart: 0.0001, betaEnd: 0.02, betaSchedule: "linear" },
  }),
  "epsilon",
);

describe("createFlowSchedule", () => {
  it.each([1, 3])("has diffusers' table of σ at shift %d to the last bit", async (shift) => {
    const expected = await read(`shift${shift}.0.train_sigmas`);
    expect(scheduleOf(shift).sigmas.toReversed()).toEqual(expected);
  });

  it.each([256, 1024, 4096])("shifts by the size of a picture of %d tokens", async (tokens) => {
    const [mu = 0] = await read(`dyn${tokens}.mu`);
    expect(Math.log(shiftOfSize(sizeShift, tokens))).toBeCloseTo(mu, 6);
    expect(shiftOfSize({ ...sizeShift, kind: "linear" }, tokens)).toBeCloseTo(mu, 6);
  });
});

describe("sampleShares", () => {
  it.each([
    ["logit_normal", { kind: "logit-normal", mean: 0, deviation: 1 }],
    ["mode", { kind: "mode", scale: 1.29 }],
    ["u", { kind: "uniform" }],
  ] as const)("draws %s as diffusers' training scripts do", async (name, distribution) => {
    const expected = await read(name, density);
    const drawn = sampleShares(createTorchGenerator(12), 8, distribution);
    expect(worst(drawn, expected)).toBeLessThan(1e-6);
  });

  it("draws cosmap as densely as 2/(π − 2πσ + 2πσ²)", () => {
    const drawn = sampleShares(createTorchGenerator(1), 40_000, { kind: "cosmap" });
    // The integral of that density.
    const below = (x: number) => (2 / Math.PI) * (Math.atan(2 * x - 1) + Math.PI / 4);
    for (const x of [0.1, 0.3, 0.5, 0.8]) {
      const share = drawn.filter((value) => value < x).length / drawn.length;
      expect(Math.abs(share - below(x))).toBeLessThan(0.01);
    }
  });
});

describe("the times of flow matching", () => {
  const drawn = (shift: number | "dynamic" | undefined, process = processOf(1)) =>
    process.drawTimes(createTorchGenerator(2), 20_000, {
      ...{ min: 0, max: 999, shift, latents: { height: 64, width: 64 } },
      distribution: { kind: "logit-normal", mean: 0, deviation: 1 },
    });
  const median = (times: readonly number[]) =>
    (times.toSorted((a, b) => a - b)[times.length / 2] ?? 0) / 1000;

  it("are shifted as asked for, in place of the base's own shift", () => {
    expect(median(drawn(3))).toBeCloseTo(shiftSigma(0.5, 3), 2);
    expect(median(drawn("dynamic"))).toBeCloseTo(shiftSigma(0.5, shiftOfSize(sizeShift, 1024)), 2);
    const shifted = processOf(3);
    // Times are places of the table, which is shifted by 3 already.
    expect(median(drawn(undefined, shifted))).toBeCloseTo(0.5, 2);
    const sigmas = drawn(1, shifted).map((t) => (scheduleOf(3).sigmas[t] ?? 0) * 1000);
    expect(median(sigmas)).toBeCloseTo(0.5, 2);
  });

  it("keep to their range, and are drawn as those of DDPM where nothing shifts them", () => {
    const draw = {
      ...{ min: 100, max: 899, latents: { height: 8, width: 8 } },
      distribution: { kind: "uniform" },
    } as const;
    const times = processOf(3).drawTimes(createTorchGenerator(3), 6, draw);
    expect(times).toEqual(discrete.drawTimes(createTorchGenerator(3), 6, draw));
    const shifted = processOf(3).drawTimes(createTorchGenerator(3), 100, { ...draw, shift: 50 });
    expect(Math.min(...shifted)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...shifted)).toBeLessThanOrEqual(899);
  });
});

describe("the objective of flow matching", () => {
  const asked: ObjectiveOptions = {
    weighting: { kind: "none" },
    noiseOffset: 0,
    shiftsTimes: true,
  };

  it.each([
    [{ weighting: { kind: "min-snr", gamma: 5 } }, /got min-snr, which evens out/],
    [{ weighting: { kind: "p2", gamma: 1 } }, /got p2/],
    [{ weighting: { kind: "debiased" } }, /got debiased/],
    [{ noiseOffset: 0.1 }, /noiseOffset: expected 0 for flow matching, got 0.1/],
  ] as const)("refuses %j with the reason", (options, message) => {
    expect(() => processOf(1).requireObjective({ ...asked, ...options })).toThrow(message);
    expect(() => processOf(1).requireObjective(asked)).not.toThrow();
  });

  it("leaves what is its own to it", () => {
    expect(() => discrete.requireObjective(asked)).toThrow(/timesteps\.shift: expected none/);
    for (const kind of ["sigma-sqrt", "cosmap"] as const) {
      const weighting = { kind };
      const options = { ...asked, weighting, shiftsTimes: false };
      expect(() => discrete.requireObjective(options)).toThrow(`got ${kind}`);
      expect(() => processOf(1).requireObjective({ ...options, shiftsTimes: true })).not.toThrow();
    }
  });

  it("weights losses as diffusers does", () => {
    const { sigmas } = scheduleOf(3);
    const weights = (kind: "sigma-sqrt" | "cosmap") =>
      [0, 300, 999].map((t) => processOf(3).lossWeight(t, { kind }));
    const [least = 0, middle = 0] = [sigmas[0], sigmas[300]];
    expect(weights("sigma-sqrt")).toEqual([1 / least ** 2, 1 / middle ** 2, 1]);
    // torch: 2 / (π·(1 − 2σ + 2σ²)) at the three σ of diffusers' table, in float32.
    const expected = [0.6404432058334351, 1.252922534942627, 0.6366197466850281];
    expect(worst(weights("cosmap"), expected)).toBeLessThan(1e-6);
  });
});

const times = (values: readonly number[]) => processOf(1).timesValues(values);

describe("denoising by flow", () => {
  it("measures Huber's δ by the share of noise", async () => {
    const node = input("timesteps", [3], "int64");
    const of = (schedule: "snr" | "exponential" | "constant") =>
      processOf(1).huberThreshold({ schedule, c: 0.1 }, node);
    const outputs = { snr: of("snr"), exponential: of("exponential"), constant: of("constant") };
    await using compiled = await createOrtRuntime({ threads: 1 }).compile({ outputs });
    const results = await compiled.run({ timesteps: times([0, 499, 999]) });
    const expected = {
      snr: [0.9 * 0.999 ** 2 + 0.1, 0.325, 0.1],
      exponential: [0.1 ** 0.001, 0.1 ** 0.5, 0.1],
      constant: [0.1, 0.1, 0.1],
    };
    for (const [name, values] of Object.entries(expected)) {
      const found = Array.from(results[name]?.data ?? [], Number);
      expect(worst(found, values)).toBeLessThan(1e-6);
    }
  });

  it.each([
    ["sd3", 3],
    ["sd35", 3],
    ["flux1", 1],
  ] as const)(
    "mixes and asks as diffusers' script for %s does",
    { tags: ["shared"] },
    async (name, shift) => {
      const path = sharedFile("fixtures", "pipelines", name, "tensors.safetensors");
      const tensors = await openSafetensors(nodeFiles, path);
      const process = processOf(shift);
      const indices = await tensors.read("train.indices");
      const own = Array.from(indices.data, Number).map((index) => 999 - index);
      const sigmas = await read("train.sigmas", tensors);
      expect(own.map((t) => scheduleOf(shift).sigmas[t])).toEqual(Array.from(sigmas));
      const [noise, latents] = [
        await read("train.noise", tensors),
        await read("train.latents", tensors),
      ];
      const expected = { target: await tensors.readFloat32("train.target") };
      const { shape } = expected.target;
      const count = expected.target.data.length;
      const node = input("timesteps", [2], "int64");
      const mixed = { latents: input("latents", shape), noise: input("noise", shape) };
      const outputs = {
        noisy: process.mix(mixed, node),
        target: process.target(mixed, node),
        time: process.modelTime(node),
      };
      await using compiled = await createOrtRuntime({ threads: 1 }).compile({ outputs });
      const results = await compiled.run({
        latents: floatTensor(latents.slice(0, count), shape),
        noise: floatTensor(noise.slice(0, count), shape),
        timesteps: times(own.slice(0, 2)),
      });
      const found = (key: string) => Array.from(results[key]?.data ?? [], Number);
      const timesteps = await read("train.timesteps", tensors);
      expect(found("time")).toEqual(Array.from(timesteps.slice(0, 2)));
      expect(worst(found("target"), expected.target.data)).toBeLessThan(1e-6);
      if (!tensors.entries.has("train.noisy")) return;
      const noisy = await read("train.noisy", tensors);
      expect(worst(found("noisy"), noisy)).toBeLessThan(1e-6);
    },
  );
});
