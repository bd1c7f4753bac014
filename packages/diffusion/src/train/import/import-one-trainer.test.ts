/** @file OneTrainer's settings, concepts and samples. */

import { describe, expect, it } from "vitest";
import { parseTrainConfig } from "../config/config.js";
import { importOneTrainer } from "./import-one-trainer.js";
import { importSettings } from "./import-settings.js";

/** A preset of LoRA for Stable Diffusion 1.5, which says what differs from the defaults. */
const preset = {
  ...{ base_model_name: "m", batch_size: 4, layer_filter_preset: "attn-mlp" },
  ...{ learning_rate: 3e-4, model_type: "STABLE_DIFFUSION_15", resolution: "512" },
  ...{ output_model_destination: "models/dog.safetensors", training_method: "LORA" },
  vae: { weight_dtype: "FLOAT_32" },
  unet: { weight_dtype: "FLOAT_16" },
  text_encoder: { weight_dtype: "FLOAT_16" },
};
const concepts = [
  {
    ...{ path: "a", name: "dog", balancing: 3, loss_weight: 1, seed: 7 },
    image: { enable_crop_jitter: true, enable_random_flip: true, enable_random_hue: true },
    text: { prompt_source: "sample", enable_tag_shuffling: true, keep_tags_count: 1 },
  },
  { path: "b", balancing: 1, image: {}, text: { enable_tag_shuffling: false } },
  { path: "off", enabled: false, image: {}, text: {} },
];
const optionsOf = ({ left }: ReturnType<typeof importOneTrainer>) =>
  left.map(({ option }) => option);

describe("settings", () => {
  it("become a config with OneTrainer's own defaults", () => {
    const imported = importOneTrainer(preset, [concepts]);
    expect(parseTrainConfig(imported.config)).toMatchObject({
      ...{ name: "dog", base: { path: "m" }, batchSize: 4, learningRate: 3e-4 },
      lora: { rank: 16, alpha: 1, targets: ["attention", "feed-forward", "projections"] },
      textEncoder: { train: true, learningRate: 3e-4 },
      schedule: { name: "constant", warmupSteps: 200 },
      optimizer: { name: "adamw", weightDecay: 0.01 },
      data: {
        ...{ folder: "a", repeats: 3, flip: true, crop: "random", shuffleTags: true, keepTags: 1 },
        folders: [{ folder: "b", repeats: 1, flip: false }],
        buckets: { use: true, upscale: true, maxAspect: 4 },
      },
      output: { folder: "models" },
    });
    expect(optionsOf(imported)).toEqual([
      ...["image.enable_random_hue", "text.enable_tag_shuffling of b"],
      ...["text_encoder.stop_training_after", "epochs"],
    ]);
  });

  it.each([
    [{ training_method: "FINE_TUNE" }, { tuning: "full", full: { parts: ["*attentions*"] } }, []],
    [{ loss_weight_fn: "MIN_SNR_GAMMA" }, { minSnrGamma: 5 }, []],
    [{ loss_weight_fn: "SIGMA" }, { weighting: "none" }, ["loss_weight_fn"]],
    [
      { learning_rate_scheduler: "REX", learning_rate_min_factor: 0.1 },
      { schedule: { name: "rex", bend: 0.9, minRatio: 0.1 } },
      [],
    ],
    [
      { learning_rate_scheduler: "COSINE_WITH_RESTARTS" },
      { schedule: { name: "constant" } },
      ["learning_rate_scheduler"],
    ],
    [{ learning_rate_warmup_steps: 0.1 }, { schedule: { warmupShare: 0.1 } }, []],
    [
      { optimizer: { optimizer: "PRODIGY", d_coef: 2, decouple: true, slice_p: 11 } },
      { optimizer: { name: "prodigy", dCoefficient: 2 } },
      ["optimizer slice_p"],
    ],
    [{ optimizer: { optimizer: "MUON" } }, { optimizer: { name: "adamw" } }, ["optimizer"]],
    [
      { min_noising_strength: 0.1, max_noising_strength: 0.8 },
      { timesteps: { min: 100, max: 799 } },
      [],
    ],
    [
      { timestep_distribution: "LOGIT_NORMAL", noising_weight: 0.5, noising_bias: 1 },
      { timesteps: { deviation: 1.5, mean: 1 } },
      [],
    ],
    [{ mse_strength: 0, mae_strength: 1 }, { loss: { measure: "l1" } }, []],
    [{ huber_strength: 0.5 }, { loss: { measure: "mse" } }, ["huber_strength"]],
    [{ ema: "GPU", ema_update_step_interval: 1 }, { ema: { decay: 0.999 } }, []],
    [
      { peft_type: "LOKR", lokr_dim: 8, lokr_decompose_factor: 4 },
      { lora: { method: "lokr", rank: 8, lokrFactor: 4 } },
      [],
    ],
    [{ lora_decompose: true }, { lora: { method: "dora" } }, []],
    [
      { masked_training: true, unmasked_weight: 0.2 },
      { data: { masks: { source: "none" } } },
      ["masked_training"],
    ],
    [{ save_every: 5, save_every_unit: "EPOCH" }, { saveEverySteps: 250 }, ["save_every"]],
    [{ save_every: 100, save_every_unit: "STEP" }, { saveEverySteps: 100 }, []],
    [{ text_encoder: { train: false } }, { textEncoder: { train: false } }, []],
    [
      // What has no rate of its own has that of the run, not that of the UNet.
      { unet: { learning_rate: 1e-4 } },
      { learningRate: 1e-4, textEncoder: { learningRate: 3e-4 } },
      ["learning_rate"],
    ],
    [{ unet: { weight_dtype: "INT_W8A8" } }, { base: { dtype: "int8" } }, []],
    [{ resolution: "512,768" }, { data: { width: 512 } }, ["resolution"]],
    [
      { clip_grad_norm: 0.5, vae: { model_name: "v" } },
      { maxGradNorm: 0.5, base: { vae: "v" } },
      [],
    ],
    [
      { model_type: "STABLE_DIFFUSION_XL_10_BASE", text_encoder_2: { train: false } },
      { textEncoder: { train: true } },
      ["text_encoder_2.train"],
    ],
    [{ textual: 1 }, {}, ["textual"]],
  ])("%j", (more, fields, left) => {
    const imported = importOneTrainer({ ...preset, ...more }, [
      [{ path: "a", image: {}, text: {} }],
    ]);
    expect(parseTrainConfig(imported.config)).toMatchObject(fields);
    const usual = ["text_encoder.stop_training_after", "epochs"];
    expect(optionsOf(imported).filter((option) => !usual.includes(option))).toEqual(left);
  });

  it("of a word have its start, and of other models and kinds are refused", () => {
    const embedding = { placeholder: "<dog>", token_count: 2, initial_embedding_text: "dog" };
    const word = { ...preset, training_method: "EMBEDDING", embedding };
    const { config } = importOneTrainer(word, [[{ path: "a", image: {}, text: {} }]]);
    expect(parseTrainConfig(config)).toMatchObject({
      ...{ tuning: "textual_inversion", embedding: { token: "<dog>", vectors: 2 } },
    });
    expect(() => importOneTrainer({ ...preset, model_type: "FLUX_2" })).toThrow(/FLUX_2/);
    expect(() => importOneTrainer({ ...preset, training_method: "FINE_TUNE_VAE" })).toThrow(/VAE/);
  });
});

it("files go together by what is in them", () => {
  const samples = [
    { prompt: "a dog", seed: 3, cfg_scale: 5 },
    { prompt: "a cat", enabled: false },
  ];
  const data = (value: unknown) => ({ kind: "data", value }) as const;
  const imported = importSettings([data(concepts), data(preset), data(samples)]);
  expect(imported.config).toMatchObject({
    ...{ data: { folder: "a" }, samples: { prompts: ["a dog"], seed: 3, guidance: 5 } },
  });
  expect(optionsOf(importSettings([data(preset)]))).toContain("concept_file_name");
  expect(() => importSettings([data(preset), data(preset)])).toThrow(
    /expected one file, or several/,
  );
  expect(() => importSettings([data([1, 2])])).toThrow(/none of these/);
  expect(() => importSettings([data({ a: 1 })])).toThrow(/none of these/);
});
