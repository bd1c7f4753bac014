/** @file Configs of published models, as their files state them, for tests over their names. */

import { readVaeConfig, type VaeConfig } from "../models/autoencoder-kl/config.js";
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
