/**
 * @file The layers of the published models, for reading the names of a LoRA when its base is not at
 * hand. Layer names follow from the blocks and the ratios of their widths, so narrow configs will do.
 */

import { type ClipTextConfig, readClipTextConfig } from "../models/clip-text/config.js";
import { readFluxConfig } from "../models/flux/config.js";
import type { LayerInfo } from "../models/list-layers.js";
import { readMmditConfig } from "../models/mmdit/config.js";
import { readT5Config, type T5Config } from "../models/t5/config.js";
import { readUNetConfig } from "../models/unet/config.js";
import type { Configs } from "./components.js";
import { families } from "./families.js";
import type { FamilyId } from "./family.js";
import { adaptableLayers } from "./layers.js";

/** A text encoder of so many layers, as narrow as it can be. */
function narrowClip(layers: number): ClipTextConfig {
  return readClipTextConfig({
    hidden_size: 8,
    intermediate_size: 8,
    num_attention_heads: 1,
    num_hidden_layers: layers,
    vocab_size: 8,
    projection_dim: 8,
  });
}

/** T5-XXL, with states of a width, and otherwise as narrow as it can be. */
function narrowT5(width: number): T5Config {
  return readT5Config({
    ...{ d_model: width, d_kv: 8, d_ff: 8, num_heads: 1, num_layers: 24, vocab_size: 8 },
    feed_forward_proj: "gated-gelu",
  });
}

const narrowUNet = { cross_attention_dim: 8, norm_num_groups: 1, attention_head_dim: 1 };

const published: { readonly [F in FamilyId]: () => Configs } = {
  sd1: () => ({
    unet: readUNetConfig({ ...narrowUNet, block_out_channels: [8, 16, 32, 32] }),
    text_encoder: narrowClip(12),
  }),
  sd2: () => ({
    unet: readUNetConfig({
      ...narrowUNet,
      block_out_channels: [8, 16, 32, 32],
      use_linear_projection: true,
    }),
    text_encoder: narrowClip(23),
  }),
  sdxl: () => ({
    unet: readUNetConfig({
      ...narrowUNet,
      block_out_channels: [8, 16, 32],
      down_block_types: ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
      up_block_types: ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
      transformer_layers_per_block: [1, 2, 10],
      use_linear_projection: true,
      addition_embed_type: "text_time",
      addition_time_embed_dim: 8,
      projection_class_embeddings_input_dim: 56,
    }),
    text_encoder: narrowClip(12),
    text_encoder_2: narrowClip(32),
  }),
  // The blocks of all its models: as many as 3.5 large has, with 3.5 medium's second attention.
  sd3: () => ({
    transformer: readMmditConfig({
      ...{ attention_head_dim: 8, num_attention_heads: 1, caption_projection_dim: 8 },
      // As wide as both CLIPs together.
      ...{ joint_attention_dim: 16, pooled_projection_dim: 16, num_layers: 38 },
      ...{ qk_norm: "rms_norm", dual_attention_layers: Array.from({ length: 13 }, (_, i) => i) },
      ...{ sample_size: 2, pos_embed_max_size: 1 },
    }),
    text_encoder: narrowClip(12),
    text_encoder_2: narrowClip(32),
    text_encoder_3: narrowT5(16),
  }),
  flux1: () => ({
    transformer: readFluxConfig({
      ...{ attention_head_dim: 8, num_attention_heads: 1, axes_dims_rope: [2, 2, 4] },
      ...{ joint_attention_dim: 8, pooled_projection_dim: 8, guidance_embeds: true },
    }),
    text_encoder: narrowClip(12),
    text_encoder_2: narrowT5(8),
  }),
};

/** The configs of a family's published model, as narrow as can be. */
export function knownConfigs(family: FamilyId): Configs {
  return published[family]();
}

/**
 * Layers of a family's published model by component and path. They are as narrow as can be: of their shapes
 * the axes and kernels alone are those of the model.
 */
export function knownLayers(family: FamilyId): Map<string, LayerInfo> {
  return adaptableLayers(families[family], published[family]());
}
