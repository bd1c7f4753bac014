/** @file JSON of kohya's GUI: what it hands to sd-scripts, and families and files that it is not. */

import { describe, expect, it } from "vitest";
import { parseTrainConfig } from "../config/config.js";
import { importKohyaGui, isKohyaGui } from "./import-kohya-gui.js";

/** As the GUI saves it: everything stands there, and 0 and "" say none. */
const saved = {
  ...{ LoRA_type: "LyCORIS/LoKr", LyCORIS_preset: "full", pretrained_model_name_or_path: "m" },
  ...{ network_dim: 64, network_alpha: 64, conv_dim: 64, conv_alpha: 64, factor: -1 },
  ...{ decompose_both: false, dora_wd: false, use_cp: false, train_norm: false, unit: 1 },
  ...{ down_lr_weight: "", block_dims: "", module_dropout: 0, rank_dropout: 0, network_dropout: 0 },
  ...{ learning_rate: 1, text_encoder_lr: 1, unet_lr: 1, optimizer: "Prodigy", optimizer_args: "" },
  ...{ lr_scheduler: "cosine", lr_scheduler_num_cycles: "", lr_warmup: 10, lr_warmup_steps: 0 },
  ...{ max_resolution: "512,512", enable_bucket: true, bucket_no_upscale: true },
  ...{ max_train_steps: 800, max_train_epochs: 0, epoch: 4, train_batch_size: 2, seed: 0 },
  ...{ noise_offset_type: "Multires", noise_offset: 0.1, multires_noise_iterations: 8 },
  ...{ min_snr_gamma: 10, clip_skip: "1", max_token_length: "75", save_precision: "fp16" },
  ...{ caption_extension: ".txt", train_data_dir: "img", sdxl: false, flux1_checkbox: false },
  ...{ num_cpu_threads_per_process: 2, xformers: "xformers", additional_parameters: "" },
};
const optionsOf = (left: readonly { readonly option: string }[]) =>
  left.map(({ option }) => option);
const imported = (more: object) => importKohyaGui({ ...saved, ...more });

it("says what it hands to sd-scripts", () => {
  expect(isKohyaGui(saved)).toBe(true);
  const { config, left } = imported({});
  expect(parseTrainConfig(config)).toMatchObject({
    lora: { method: "lokr", rank: 64, alpha: 64, targets: ["all"] },
    optimizer: { name: "prodigy" },
    schedule: { name: "cosine", warmupShare: 0.1 },
    ...{ steps: 800, batchSize: 2, learningRate: 1, minSnrGamma: 10, noiseOffset: 0 },
    ...{ textEncoder: { train: true, learningRate: 1 }, output: { dtype: "float16" } },
    data: { folder: "img", width: 512, buckets: { use: true, upscale: false } },
  });
  expect(optionsOf(left)).toEqual([...["caption_extension", "multires_noise_iterations"]]);
});

describe("which model learns", () => {
  it.each([
    [{ text_encoder_lr: 0, unet_lr: 1e-4 }, { train: false }, 1e-4],
    [
      { text_encoder_lr: 0, unet_lr: 0, learning_rate: 2e-4 },
      { train: true, learningRate: 2e-4 },
      2e-4,
    ],
    [{ text_encoder_lr: 5e-5, unet_lr: 1e-4 }, { train: true, learningRate: 5e-5 }, 1e-4],
  ])("follows from %j", (rates, textEncoder, learningRate) => {
    const { config } = imported({ ...rates, optimizer: "AdamW" });
    expect(config).toMatchObject({ textEncoder, learningRate });
  });

  it("without rates of its own is full training", () => {
    const { LoRA_type: _, ...dreamBooth } = saved;
    const { config } = importKohyaGui({ ...dreamBooth, learning_rate_te: 1e-6 });
    expect(config).toMatchObject({ tuning: "full", textEncoder: { learningRate: 1e-6 } });
  });
});

it.each([
  [{ max_train_steps: 0 }, { steps: 1600 }, "epoch"],
  [{ lr_warmup_steps: 50 }, { schedule: { warmupSteps: 50 } }, "lr_warmup"],
  [
    { stop_text_encoder_training: 30 },
    { textEncoder: { train: true } },
    "stop_text_encoder_training",
  ],
  [
    { additional_parameters: "--min_snr_gamma=5 --ip_noise_gamma 0.1" },
    { minSnrGamma: 5, inputPerturbation: 0.1 },
    "min_snr_gamma",
  ],
  [
    { optimizer: "AdamW", optimizer_args: "weight_decay=0.1 amsgrad=True" },
    { optimizer: { weightDecay: 0.1 } },
    "optimizer_args amsgrad",
  ],
  [{ additional_parameters: "--network_args" }, { lora: { method: "lora" } }, "network_args"],
  [
    {
      ...{ additional_parameters: "--lr_scheduler_type CosineAnnealingLR", lr_scheduler_args: "" },
      optimizer_args: '"d_coef=2" "weight_decay=0.4" "betas=0.9,0.99"',
    },
    { optimizer: { dCoefficient: 2, weightDecay: 0.4, beta2: 0.99 } },
    "lr_scheduler_type",
  ],
])("%j is told", (more, fields, option) => {
  const { config, left } = imported(more);
  expect(config).toMatchObject(fields);
  expect(optionsOf(left)).toContain(option);
});

it("takes LoKr's rank of 100000 for a factor that is not split", () => {
  const { config } = imported({ network_dim: 100_000, network_alpha: 100_000, conv_dim: 100_000 });
  expect(config["lora"]).toMatchObject({ method: "lokr", rank: 4096 });
  const plain = imported({ LoRA_type: "Standard", network_dim: 100_000 });
  expect(plain.left).toContainEqual({
    ...{ option: "network_dim", value: 100_000, why: "ranks go up to 4096" },
  });
});

it("refuses other families and networks that it does not know", () => {
  expect(() => imported({ flux1_checkbox: true })).toThrow(
    /FLUX\.1 \(flux1_checkbox\)\. Import the \.toml/,
  );
  expect(() => imported({ LoRA_type: "Flux1" })).toThrow(/expected a LoRA_type of Standard/);
  expect(isKohyaGui({ max_resolution: "512" })).toBe(false);
});

it("takes SDXL's own rates where it is switched on", () => {
  const { LoRA_type: _, ...plain } = saved;
  const rates = { learning_rate_te: 3e-6, learning_rate_te1: 1e-6, learning_rate_te2: 1e-6 };
  const full = { ...plain, ...rates, train_text_encoder: true };
  const xl = importKohyaGui({ ...full, sdxl: true, sdxl_no_half_vae: true, vae: "v" });
  expect(parseTrainConfig(xl.config)).toMatchObject({
    ...{ tuning: "full", base: { vae: "v" }, textEncoder: { train: true, learningRate: 1e-6 } },
  });
  const { config } = importKohyaGui({ ...full, sdxl: false });
  expect(parseTrainConfig(config)).toMatchObject({ textEncoder: { learningRate: 3e-6 } });
});
