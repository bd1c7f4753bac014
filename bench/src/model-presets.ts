/** @file Whole models of published sizes, as their config.json files, without what is the default of diffusers. */

import type { ConfigObject } from "@atelier/diffusion/core";
import type { Configs, FamilyId } from "@atelier/diffusion/families";
import {
  readClipTextConfig,
  readFluxConfig,
  readMmditConfig,
  readT5Config,
  readUNetConfig,
  readVaeConfig,
} from "@atelier/diffusion/models";
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

const t5 = readT5Config({
  d_model: 4096,
  d_kv: 64,
  d_ff: 10240,
  num_heads: 64,
  num_layers: 24,
  vocab_size: 32128,
  feed_forward_proj: "gated-gelu",
});

/** Of 16 channels, without the convolutions around the latents. */
const vae16 = {
  ...vae,
  latent_channels: 16,
  use_quant_conv: false,
  use_post_quant_conv: false,
};

const flow = {
  _class_name: "FlowMatchEulerDiscreteScheduler",
  num_train_timesteps: 1000,
  shift: 3,
};

const sd35m: ModelPreset = {
  family: "sd3",
  configs: {
    transformer: readMmditConfig({
      caption_projection_dim: 1536,
      dual_attention_layers: Array.from({ length: 13 }, (_, layer) => layer),
      num_attention_heads: 24,
      num_layers: 24,
      pos_embed_max_size: 384,
      qk_norm: "rms_norm",
    }),
    vae: readVaeConfig({
      ...vae16,
      sample_size: 1024,
      scaling_factor: 1.5305,
      shift_factor: 0.0609,
    }),
    text_encoder: { ...clipL, hasProjection: true },
    text_encoder_2: clipG,
  },
  scheduler: flow,
};

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
  // Without T5, as it may be.
  sd35m,
  "sd35m-t5": { ...sd35m, configs: { ...sd35m.configs, text_encoder_3: t5 } },
  flux: {
    family: "flux1",
    configs: {
      transformer: readFluxConfig({ guidance_embeds: true }),
      vae: readVaeConfig({
        ...vae16,
        sample_size: 1024,
        scaling_factor: 0.3611,
        shift_factor: 0.1159,
      }),
      text_encoder: clipL,
      text_encoder_2: t5,
    },
    scheduler: {
      ...flow,
      use_dynamic_shifting: true,
      base_shift: 0.5,
      max_shift: 1.15,
      base_image_seq_len: 256,
      max_image_seq_len: 4096,
    },
  },
};
