/** @file JSON of kohya's GUI: what it hands to sd-scripts, and families and files that it is not. */

import { describe, expect, it } from "vitest";
import { leftInEnglish } from "../../testing/left-in-english.js";
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
  expect(leftInEnglish(plain)).toContainEqual({
    ...{ option: "network_dim", value: 100_000, why: "ranks go up to 4096" },
  });
});

it("refuses other families and networks that it does not know", () => {
  expect(() => imported({ anima_checkbox: true })).toThrow(/Anima \(anima_checkbox\)/);
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

describe("for FLUX.1 and Stable Diffusion 3", () => {
  /** Fields of both families stand in every file; only those of the switched one count. */
  const both = {
    ...{ clip_l: "l.safetensors", t5xxl: "t5.safetensors", ae: "ae.safetensors" },
    ...{
      sd3_clip_l: "sd3-l.safetensors",
      sd3_t5xxl: "sd3-t5.safetensors",
      clip_g: "g.safetensors",
    },
    ...{ discrete_flow_shift: 3.1582, timestep_sampling: "shift", model_prediction_type: "raw" },
    ...{ guidance_scale: 1, t5xxl_max_token_length: 512, apply_t5_attn_mask: false },
    ...{ split_mode: false, train_blocks: "all", blocks_to_swap: 0, t5xxl_lr: 0, fp8_base: true },
    ...{ weighting_scheme: "logit_normal", logit_mean: 0.3, logit_std: 1.2, mode_scale: 1.29 },
    ...{ img_attn_dim: "", train_double_block_indices: "0-1", split_qkv: true, in_dims: "" },
    ...{ noise_offset_type: "Original", noise_offset: 0, min_snr_gamma: 0, max_token_length: 225 },
    ...{ text_encoder_lr: 0, unet_lr: 3e-4, learning_rate: 3e-4, optimizer: "AdamW8bit" },
    ...{ caption_extension: ".txt", model_type: "flux", sd3_t5_dropout_rate: 0 },
  };

  it("is what it hands to flux_train_network.py", () => {
    const { config, left } = imported({ ...both, flux1_checkbox: true, LoRA_type: "Flux1" });
    expect(parseTrainConfig(config)).toMatchObject({
      base: {
        path: "m",
        vae: "ae.safetensors",
        dtype: "int8",
        guidance: 1,
        maxSequenceLength: 512,
      },
      lora: {
        ...{ method: "lora", rank: 64 },
        targets: [
          ...["transformer_blocks.0.*", "transformer_blocks.1.*", "single_transformer_blocks.*"],
        ],
      },
      timesteps: { distribution: "logit_normal", deviation: 1, shift: 3.1582 },
      ...{ textEncoder: { train: false }, learningRate: 3e-4 },
    });
    expect(optionsOf(left).sort()).toEqual([
      ...["caption_extension", "clip_l", "fp8_base", "t5xxl"],
    ]);
    expect(left.find(({ option }) => option === "clip_l")?.value).toBe("l.safetensors");
  });

  it("is what it hands to sd3_train_network.py", () => {
    const sd3 = { sd3_checkbox: true, LoRA_type: "Standard" };
    const { config, left } = imported({ ...both, ...sd3 });
    expect(parseTrainConfig(config)).toMatchObject({
      lora: { targets: ["transformer_blocks.*"] },
      timesteps: { distribution: "logit_normal", mean: 0.3, deviation: 1.2, shift: 1 },
    });
    expect(left.find(({ option }) => option === "clip_l")?.value).toBe("sd3-l.safetensors");
    expect(optionsOf(left).sort()).toEqual([
      ...["caption_extension", "clip_g", "clip_l", "fp8_base", "max_token_length", "t5xxl"],
    ]);
  });

  it("trains single blocks of a split model, and other kinds of networks are told", () => {
    const flux = { ...both, flux1_checkbox: true, LoRA_type: "Flux1" };
    const split = imported({ ...flux, split_mode: true });
    expect(split.config["lora"]).toMatchObject({ targets: ["single_transformer_blocks.*"] });
    expect(optionsOf(split.left)).toContain("split_mode");
    const oft = imported({ ...flux, LoRA_type: "Flux1 OFT" });
    expect(optionsOf(oft.left)).toContain("network_module");
    const perturbed = { train_lora_ggpo: true, ggpo_beta: 0.01, train_t5xxl: true };
    const { left } = imported({ ...flux, ...perturbed });
    expect(optionsOf(left)).toEqual(
      expect.arrayContaining(["network_args ggpo_beta", "network_args train_t5xxl"]),
    );
    expect(() => imported({ ...flux, model_type: "chroma" })).toThrow(/Chroma/);
  });

  it("is flux_train.py without a network", () => {
    const { LoRA_type: _, ...full } = { ...saved, ...both, flux1_checkbox: true };
    const { config, left } = importKohyaGui({ ...full, fp8_base: false, flux1_clip_l: "own" });
    expect(config).toMatchObject({ tuning: "full", textEncoder: { train: false } });
    expect(left.find(({ option }) => option === "clip_l")?.value).toBe("own");
  });
});
