/** @file The loss against PyTorch's: noisy latents, targets and Min-SNR weights of ddpm_training. */

import { type GraphNode, input } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { fixture } from "../testing/fixtures.js";
import { denoisingLoss } from "./denoising.js";
import { discreteProcess } from "./discrete.js";
import { createNoiseSchedule } from "./noise-schedule.js";
import type { PredictionType } from "./prediction-type.js";

const file = await openSafetensors(nodeFiles, fixture("noise/ddpm_training.safetensors"));
const read = async (name: string) => (await file.readFloat32(name)).data;
const [x0, noise, noisy, velocity] = [
  await read("x0"),
  await read("noise"),
  await read("noisy"),
  await read("velocity"),
];
const timesteps = await file.read("t");
const shape = [5, 4, 3, 3];
const schedule = createNoiseSchedule({
  numTrainTimesteps: 1000,
  betaStart: 0.00085,
  betaEnd: 0.012,
  betaSchedule: "scaled_linear",
});

/** Runs the loss of a model that predicts half of what it is given. */
async function lossOf(predictionType: PredictionType, weights?: Float32Array) {
  let noisyNode: GraphNode | undefined;
  const { loss, perSample } = denoisingLoss({
    process: discreteProcess(schedule, predictionType),
    latents: input("latents", shape),
    noise: input("noise", shape),
    times: input("timesteps", [5], "int64"),
    ...(weights === undefined ? {} : { weights: input("weights", [5]) }),
    predict(sample) {
      noisyNode = sample;
      return sample;
    },
  });
  const outputs = { loss, perSample, ...(noisyNode && { noisy: noisyNode }) };
  await using compiled = await createOrtRuntime().compile({ outputs });
  const float = (data: Float32Array) => ({ dtype: "float32", shape, data }) as const;
  return await compiled.run({
    latents: float(x0),
    noise: float(noise),
    timesteps,
    ...(weights && { weights: { dtype: "float32", shape: [5], data: weights } as const }),
  });
}

/** Mean squared difference of each fifth of two arrays. */
function squaredErrors(a: Float32Array, b: Float32Array): number[] {
  const size = a.length / 5;
  return [0, 1, 2, 3, 4].map((row) => {
    let sum = 0;
    for (let i = row * size; i < (row + 1) * size; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
    return sum / size;
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

describe("denoisingLoss", () => {
  it("gives the model the noisy latents of diffusers' add_noise", async () => {
    const results = await lossOf("epsilon");
    const data = Array.from(results["noisy"]?.data ?? [], Number);
    expect(Math.max(...data.map((v, i) => Math.abs(v - (noisy[i] ?? 0))))).toBeLessThan(1e-6);
  });

  it.each([
    ["epsilon", noise],
    ["v_prediction", velocity],
    ["sample", x0],
  ] as const)(
    "takes the mean squared error against PyTorch's target of %s",
    async (type, target) => {
      const results = await lossOf(type);
      const expected = squaredErrors(noisy, target);
      expect(Number(results["loss"]?.data[0])).toBeCloseTo(mean(expected), 5);
      for (const [i, value] of expected.entries()) {
        expect(Number(results["perSample"]?.data[i])).toBeCloseTo(value, 5);
      }
    },
  );

  it.each([
    ["epsilon", noise, "min_snr5_eps"],
    ["v_prediction", velocity, "min_snr5_v"],
  ] as const)("weights the samples of %s by Min-SNR", async (type, target, name) => {
    const weights = await read(name);
    const results = await lossOf(type, weights);
    const expected = squaredErrors(noisy, target).map((value, i) => value * (weights[i] ?? 0));
    expect(Number(results["loss"]?.data[0])).toBeCloseTo(mean(expected), 5);
  });

  it("asks for one timestep per sample", () => {
    const latents = input("latents", shape);
    const times = input("timesteps", [4], "int64");
    const process = discreteProcess(schedule, "epsilon");
    const options = { process, latents, noise: latents };
    expect(() => denoisingLoss({ ...options, times, predict: (x) => x })).toThrow(/\[4, 1, 1, 1\]/);
  });
});
