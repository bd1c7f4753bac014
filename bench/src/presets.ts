/** @file The UNets that are measured, as the config.json that diffusers would read. */

import type { ConfigObject } from "@atelier/diffusion/core";
import type { StoredFloat } from "@atelier/diffusion/files";
import type { BlockOptions } from "@atelier/diffusion/models";

/** A model and the size of its inputs. */
export interface Preset {
  readonly config: ConfigObject;
  readonly batch: number;
  /** Parts of the batch that are computed at once, as the plan of a training chooses for such a model; 1 by default. */
  readonly parts?: number;
  /** Height and width of the latents. */
  readonly size: number;
  /** What is computed again in the backward pass instead of being kept: nothing, cheap results, whole blocks. */
  readonly recomputes: "nothing" | "activations" | "blocks";
  /** What the base's weights are stored in, where that is not float32. */
  readonly storedAs?: StoredFloat;
}

const small: ConfigObject = {
  block_out_channels: [64, 128, 256],
  layers_per_block: 1,
  cross_attention_dim: 128,
  attention_head_dim: 8,
  down_block_types: ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
  up_block_types: ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
  sample_size: 16,
};

/** The UNet of the embedded base. */
const embedded: ConfigObject = {
  ...small,
  block_out_channels: [64, 128, 160],
  attention_head_dim: [2, 4, 5],
  norm_num_groups: 16,
};

/** A text encoder for the small UNet, with CLIP's vocabulary and number of layers. */
export const smallText: ConfigObject = {
  vocab_size: 49408,
  hidden_size: 128,
  intermediate_size: 512,
  num_hidden_layers: 12,
  num_attention_heads: 4,
  max_position_embeddings: 77,
  hidden_act: "quick_gelu",
};

/** The architecture of Stable Diffusion 1.5's UNet (860 M parameters). */
export const sd15: ConfigObject = {
  block_out_channels: [320, 640, 1280, 1280],
  layers_per_block: 2,
  cross_attention_dim: 768,
  attention_head_dim: 8,
  sample_size: 64,
};

/** The architecture of SDXL's UNet (2.6 G parameters). */
export const sdxl: ConfigObject = {
  block_out_channels: [320, 640, 1280],
  down_block_types: ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
  up_block_types: ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
  layers_per_block: 2,
  transformer_layers_per_block: [1, 2, 10],
  cross_attention_dim: 2048,
  attention_head_dim: [5, 10, 20],
  use_linear_projection: true,
  addition_embed_type: "text_time",
  addition_time_embed_dim: 256,
  projection_class_embeddings_input_dim: 2816,
  sample_size: 128,
};

const sd15Large: Preset = { config: sd15, batch: 1, size: 64, recomputes: "activations" };

/** Presets by name. */
export const presets: Readonly<Record<string, Preset>> = {
  "small-16": { config: small, batch: 8, parts: 2, size: 16, recomputes: "nothing" },
  embedded: { config: embedded, batch: 16, parts: 2, size: 16, recomputes: "nothing" },
  "sd15-32": { config: sd15, batch: 1, size: 32, recomputes: "activations" },
  "sd15-64": sd15Large,
  "sd15-64-fp16": { ...sd15Large, storedAs: "F16" },
  "sd15-64-bf16": { ...sd15Large, storedAs: "BF16" },
  "sdxl-128-fp16": { config: sdxl, batch: 1, size: 128, recomputes: "blocks", storedAs: "F16" },
};

/** What a preset's UNet computes again. */
export function blocksOf({ recomputes }: Preset): BlockOptions {
  return {
    checkpointBlocks: recomputes === "blocks",
    recomputeActivations: recomputes !== "nothing",
  };
}
