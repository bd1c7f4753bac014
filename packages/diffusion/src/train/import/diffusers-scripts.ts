/**
 * @file diffusers' training scripts: what each has where the command line does not say, by its `parse_args` and by what
 * it does without an option for it.
 */

import type { Settings } from "./values.js";

/** A script that has an equivalent here. */
export interface DiffusersScript {
  /** Fields that no option of the script's sets. */
  readonly fields: Settings;
  /** The parser's defaults, of all that becomes a field. */
  readonly defaults: Settings;
}

const common: Settings = {
  ...{ resolution: 512, center_crop: false, lr_scheduler: "constant", lr_warmup_steps: 500 },
  ...{ gradient_accumulation_steps: 1, checkpointing_steps: 500 },
  ...{ adam_beta1: 0.9, adam_beta2: 0.999, adam_weight_decay: 0.01, adam_epsilon: 1e-8 },
};
const textToImage: Settings = {
  ...{ ...common, learning_rate: 1e-4, train_batch_size: 16, num_train_epochs: 100 },
  ...{ max_grad_norm: 1, image_interpolation_mode: "lanczos" },
};
const dreamBooth: Settings = {
  ...{ ...common, train_batch_size: 4, num_train_epochs: 1, max_grad_norm: 1 },
  ...{ train_text_encoder: false, num_class_images: 100, prior_loss_weight: 1 },
  ...{ lr_num_cycles: 1, lr_power: 1 },
};
/** Without a prompt for them no samples are drawn. */
const always = { "optimizer.name": "adamw", "samples.everySteps": 0 };
const full = { ...always, tuning: "full" };
const bilinear = { "data.filter": "bilinear" };
const lora = { ...always, tuning: "lora", "lora.method": "lora", "lora.targets": ["attention"] };

/** What SDXL's scripts have otherwise. */
const ofXl: Settings = { resolution: 1024 };

const word: DiffusersScript = {
  // Half of the pictures are mirrored, and gradients are not clipped, whatever the options say.
  fields: {
    ...{ ...always, tuning: "textual_inversion", "data.flip": true, "data.filter": "bicubic" },
    maxGradNorm: 0,
  },
  defaults: {
    ...{ ...common, learning_rate: 1e-4, train_batch_size: 16, max_train_steps: 5000 },
    ...{ repeats: 100, num_vectors: 1, learnable_property: "object", save_steps: 500 },
    ...{ lr_num_cycles: 1, validation_steps: 100 },
  },
};

/** Layers of transformers, by the end of their paths as PEFT matches them. */
const attentions = [
  ...["to_k", "to_q", "to_v", "to_out.0", "add_k_proj", "add_q_proj", "add_v_proj", "to_add_out"],
].map((name) => `attn.${name}`);
const feedForward = ["ff.net.0.proj", "ff.net.2", "ff_context.net.0.proj", "ff_context.net.2"];

const flow: Settings = {
  ...{ ...dreamBooth, learning_rate: 1e-4, adam_weight_decay: 1e-4 },
  ...{ text_encoder_lr: 5e-6, adam_weight_decay_text_encoder: 1e-3 },
  ...{ logit_mean: 0, logit_std: 1, mode_scale: 1.29, max_sequence_length: 77 },
};
const sd3 = { ...flow, weighting_scheme: "logit_normal", precondition_outputs: 1 };
const flux = { ...flow, weighting_scheme: "none", guidance_scale: 3.5 };

/** The scripts by name. */
export const diffusersScripts: Readonly<Record<string, DiffusersScript>> = {
  train_text_to_image: { fields: full, defaults: textToImage },
  train_text_to_image_lora: { fields: lora, defaults: { ...textToImage, rank: 4 } },
  train_dreambooth: {
    fields: { ...full, ...bilinear },
    defaults: { ...dreamBooth, learning_rate: 5e-6, validation_steps: 100 },
  },
  train_dreambooth_lora: {
    fields: lora,
    defaults: {
      ...{ ...dreamBooth, learning_rate: 5e-4, rank: 4, image_interpolation_mode: "lanczos" },
    },
  },
  train_text_to_image_sdxl: {
    fields: full,
    defaults: { ...textToImage, ...ofXl, proportion_empty_prompts: 0 },
  },
  train_text_to_image_lora_sdxl: {
    fields: lora,
    defaults: { ...textToImage, ...ofXl, rank: 4, train_text_encoder: false },
  },
  train_dreambooth_lora_sdxl: {
    fields: lora,
    defaults: {
      ...{ ...dreamBooth, ...ofXl, learning_rate: 1e-4, rank: 4, adam_weight_decay: 1e-4 },
      image_interpolation_mode: "lanczos",
      ...{ text_encoder_lr: 5e-6, adam_weight_decay_text_encoder: 1e-3 },
    },
  },
  train_dreambooth_sd3: { fields: { ...full, ...bilinear }, defaults: sd3 },
  train_dreambooth_lora_sd3: {
    fields: { ...lora, ...bilinear, "lora.targets": attentions },
    defaults: { ...sd3, rank: 4 },
  },
  train_dreambooth_flux: {
    fields: full,
    defaults: { ...flux, image_interpolation_mode: "lanczos" },
  },
  train_dreambooth_lora_flux: {
    fields: { ...lora, ...bilinear, "lora.targets": [...attentions, ...feedForward] },
    defaults: { ...flux, rank: 4, lora_alpha: 4, max_sequence_length: 512 },
  },
  textual_inversion: word,
  textual_inversion_sdxl: word,
};
