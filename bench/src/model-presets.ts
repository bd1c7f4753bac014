/** @file Whole models of published sizes, as their config.json files, without what is the default of diffusers. */

import type { ConfigObject } from "@atelier/diffusion/core";
import type { Configs, FamilyId } from "@atelier/diffusion/families";
import { readClipTextConfig, readUNetConfig, readVaeConfig } from "@atelier/diffusion/models";
import { sd15, sdxl } from "./presets.js";

/** A model without its weights. */
export interface ModelPreset {
  readonly family: FamilyId;
  readonly configs: Configs;
  readonly scheduler: ConfigObject;
}

const vae = {
  block_out_channels: [128, 256, 512, 512],
  down_block_types: Array<string>(4).fill("DownEncoderBlock2D"),
  up_block_types: Array<string>(4).fill("UpDecoderBlock2D"),
  layers_per_block: 2,
};

/** The text encoder of Stable Diffusion 1.5, and the first of SDXL. */
const clipL = readClipTextConfig({
  hidden_size: 768,
  intermediate_size: 3072,
  num_attention_heads: 12,
  num_hidden_layers: 12,
  projection_dim: 768,
  bos_token_id: 0,
  eos_token_id: 2,
});

const clipG = readClipTextConfig({
  architectures: ["CLIPTextModelWithProjection"],
  hidden_size: 1280,
  intermediate_size: 5120,
  num_attention_heads: 20,
  num_hidden_layers: 32,
  projection_dim: 1280,
  hidden_act: "gelu",
  bos_token_id: 0,
  eos_token_id: 2,
});

const schedule = {
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: "scaled_linear",
  num_train_timesteps: 1000,
  steps_offset: 1,
};

/** Presets by name. */
export const modelPresets: Readonly<Record<string, ModelPreset>> = {
  sd15: {
    family: "sd1",
    configs: {
      unet: readUNetConfig(sd15),
      vae: readVaeConfig({ ...vae, sample_size: 512 }),
      text_encoder: clipL,
    },
    scheduler: {
      _class_name: "PNDMScheduler",
      ...schedule,
      set_alpha_to_one: false,
      skip_prk_steps: true,
      clip_sample: false,
    },
  },
  sdxl: {
    family: "sdxl",
    configs: {
      unet: readUNetConfig(sdxl),
      vae: readVaeConfig({ ...vae, sample_size: 1024, scaling_factor: 0.13025 }),
      text_encoder: clipL,
      text_encoder_2: clipG,
    },
    scheduler: { _class_name: "EulerDiscreteScheduler", ...schedule },
  },
};
