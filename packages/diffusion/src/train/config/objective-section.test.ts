/** @file What a config minimises: options in graphs and batches, and those that clash. */

import { beforeAll, describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../../adapters/train-deps.js";
import { drawPictures, tinyConfig, tinyTokenizer } from "../../testing/tiny-training.js";
import { train } from "../train.js";
import { parseTrainConfig } from "./config.js";

const least = { base: { path: "model" }, data: { folder: "photos" } };

describe("the objective of a config", () => {
  it.each([
    [{ loss: { huberC: 0.2 } }, /loss\.huberC: expected none with the measure mse/],
    [{ loss: { measure: "l1", huberSchedule: "snr" } }, /loss\.huberSchedule: expected none .* l1/],
    [{ minSnrGamma: 5, weighting: "debiased" }, /minSnrGamma: expected none .* debiased, got 5/],
    [{ p2Gamma: 1 }, /p2Gamma: expected none with the weighting none/],
    [{ adaptiveNoiseScale: 0.1 }, /adaptiveNoiseScale: expected a noiseOffset/],
    [
      { timesteps: { min: 500, max: 400 } },
      /timesteps\.max: expected at least timesteps\.min \(500\)/,
    ],
    [{ timesteps: { mean: 1 } }, /timesteps\.mean: expected none with the distribution uniform/],
    [{ timesteps: { distribution: "sigmoid" } }, /expected one of uniform, logit_normal/],
    [{ timesteps: { modeScale: 1 } }, /timesteps\.modeScale: .* it belongs to mode/],
    [{ timesteps: { distribution: "mode", modeScale: 2 } }, /timesteps\.modeScale/],
    [{ timesteps: { shift: 3, dynamicShift: true } }, /timesteps\.shift: expected none beside/],
    [
      { data: { folder: "photos", captionDropout: 2 } },
      /data\.captionDropout: expected a value of at most 1/,
    ],
  ])("refuses %j", (fields, message) => {
    expect(() => parseTrainConfig({ ...least, ...fields })).toThrow(message);
  });
});

describe("a run", () => {
  let pictures = "";
  beforeAll(async () => {
    pictures = await drawPictures(2);
  });

  /** The losses of a run; those of two runs can be compared, since their noise is the same. */
  async function losses(fields: Readonly<Record<string, unknown>>): Promise<number[]> {
    const output = { folder: pictures };
    const config = tinyConfig(pictures, { learningRate: 1e-6, output, ...fields });
    const found: number[] = [];
    for await (const event of train(
      config,
      nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer }),
    )) {
      if (event.type === "step") found.push(event.loss);
    }
    return found;
  }

  it("measures, weights and perturbs as its config says", async () => {
    const [plain = 0] = await losses({});
    // d² everywhere is 2δ(√(d² + δ²) − δ) for δ far above d; |d| and the others are something else.
    const [huber = 0] = await losses({
      loss: { measure: "huber", huberC: 1, huberSchedule: "constant" },
    });
    expect(huber).toBeLessThan(plain);
    expect(huber).toBeGreaterThan(0.4 * plain);
    for (const fields of [
      { loss: { measure: "l1" } },
      { loss: { measure: "smooth_l1" } },
      { weighting: "debiased" },
      { weighting: "p2" },
      { minSnrGamma: 0.001 },
      { noiseOffset: 0.5 },
      { noiseOffset: 0.5, adaptiveNoiseScale: 0.5 },
      { inputPerturbation: 0.3 },
      { data: { folder: pictures, prompt: "a photo of a cat", captionDropout: 1 } },
      { timesteps: { distribution: "logit_normal", mean: -1 } },
    ]) {
      const [other = Number.NaN] = await losses(fields);
      expect(Number.isFinite(other), JSON.stringify(fields)).toBe(true);
      expect(other, JSON.stringify(fields)).not.toBe(plain);
    }
  });

  it("keeps to its range of timesteps, and refuses one that the base does not have", async () => {
    const [clean = 0] = await losses({ timesteps: { min: 0, max: 10 }, batchSize: 8 });
    const [noisy = 0] = await losses({ timesteps: { min: 900 }, batchSize: 8 });
    // An untrained model is worst where its input holds least of what it has to say.
    expect(clean).not.toBeCloseTo(noisy, 3);
    await expect(losses({ timesteps: { max: 1000 } })).rejects.toThrow(
      /timesteps: expected at most the base's last timestep, 999/,
    );
  });

  it("leaves what belongs to flow matching to it", async () => {
    await expect(losses({ weighting: "sigma_sqrt" })).rejects.toThrow(
      /loss weights: expected none, .* got sigma-sqrt/,
    );
    await expect(losses({ timesteps: { shift: 3 } })).rejects.toThrow(
      /timesteps\.shift: expected none/,
    );
  });

  it("trains on pure noise at the last timestep for models that predict v only", async () => {
    const base = tinyConfig(pictures).base.path;
    await expect(losses({ base: { path: base, zeroTerminalSnr: true } })).rejects.toThrow(
      /base\.zeroTerminalSnr: expected a model that predicts v_prediction, got epsilon/,
    );
    const velocity = { path: base, predictionType: "v_prediction" };
    const [plain] = await losses({ base: velocity, timesteps: { min: 999 } });
    const [pure = 0] = await losses({
      base: { ...velocity, zeroTerminalSnr: true },
      timesteps: { min: 999 },
    });
    expect(pure).toBeGreaterThan(0);
    expect(pure).not.toBe(plain);
  });
});
