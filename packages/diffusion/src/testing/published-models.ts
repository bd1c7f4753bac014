/** @file Configs of published models, as their files state them, for tests over their names. */

import { readVaeConfig, type VaeConfig } from "../models/autoencoder-kl/config.js";
import { type FluxConfig, readFluxConfig } from "../models/flux/config.js";
import { type MmditConfig, readMmditConfig } from "../models/mmdit/config.js";
import { readUNetConfig, type UNetConfig } from "../models/unet/config.js";

/** The UNets of Stable Diffusion 1.5, 2.1 and XL. */
export const publishedUNets: Readonly<Record<"sd15" | "sd21" | "sdxl", UNetConfig>> = {
  sd15: readUNetConfig({ cross_attention_dim: 768 }),
  sd21: readUNetConfig({
    attention_head_dim: [5, 10, 20, 20],
    cross_attention_dim: 1024,
    use_linear_projection: true,
  }),
  sdxl: readUNetConfig({
    addition_embed_type: "text_time",
    addition_time_embed_dim: 256,
    attention_head_dim: [5, 10, 20],
    block_out_channels: [320, 640, 1280],
    cross_attention_dim: 2048,
    down_block_types: ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
    projection_class_embeddings_input_dim: 2816,
    sample_size: 128,
    transformer_layers_per_block: [1, 2, 10],
    up_block_types: ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
    use_linear_projection: true,
  }),
};

/** The transformers of Stable Diffusion 3 and 3.5. */
export const publishedMmdits: Readonly<Record<"sd3m" | "sd35m" | "sd35l", MmditConfig>> = {
  sd3m: readMmditConfig({
    caption_projection_dim: 1536,
    num_attention_heads: 24,
    num_layers: 24,
    pos_embed_max_size: 192,
  }),
  sd35m: readMmditConfig({
    caption_projection_dim: 1536,
    dual_attention_layers: Array.from({ length: 13 }, (_, layer) => layer),
    num_attention_heads: 24,
    num_layers: 24,
    pos_embed_max_size: 384,
    qk_norm: "rms_norm",
  }),
  sd35l: readMmditConfig({
    caption_projection_dim: 2432,
    num_attention_heads: 38,
    num_layers: 38,
    pos_embed_max_size: 192,
    qk_norm: "rms_norm",
  }),
};

/** The transformers of FLUX.1. */
export const publishedFluxes: Readonly<Record<"dev" | "schnell", FluxConfig>> = {
  dev: readFluxConfig({ guidance_embeds: true }),
  schnell: readFluxConfig({}),
};

/** The autoencoder of a Stable Diffusion model, with fields that replace its own. */
export function publishedVae(changes: Readonly<Record<string, unknown>> = {}): VaeConfig {
  return readVaeConfig({
    block_out_channels: [128, 256, 512, 512],
    down_block_types: Array.from({ length: 4 }, () => "DownEncoderBlock2D"),
    up_block_types: Array.from({ length: 4 }, () => "UpDecoderBlock2D"),
    layers_per_block: 2,
    sample_size: 512,
    ...changes,
  });
}
