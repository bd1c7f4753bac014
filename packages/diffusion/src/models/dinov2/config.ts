/** @file What a DINOv2 is made of, by the fields and defaults of transformers' Dinov2Config. */

import { z } from "zod";
import { type ConfigRules, count, depth, readConfig } from "../../core/read-config.js";
import { housekeepingFields } from "../housekeeping-fields.js";
import { checkVisionWidths, pictureExtent } from "../layers/vision-fields.js";

/** Architecture of a DINOv2. */
export interface Dinov2Config {
  readonly hiddenSize: number;
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  /** Width of the feed-forward layers; with `useSwiGlu` that of the gate. */
  readonly intermediateSize: number;
  /** Whether feed-forward layers are gated (Shazeer 2020), as in the giant. */
  readonly useSwiGlu: boolean;
  readonly qkvBias: boolean;
  /** Height and width of the pictures that the table of positions was made for; others are possible. */
  readonly imageSize: number;
  readonly patchSize: number;
  readonly layerNormEps: number;
}

const fields = z.object({
  architectures: z.tuple([z.literal("Dinov2Model")]).nullish(),
  model_type: z.literal("dinov2"),
  hidden_size: count.default(768),
  num_hidden_layers: depth.default(12),
  num_attention_heads: count.default(12),
  mlp_ratio: z.number().positive().max(64).default(4),
  use_swiglu_ffn: z.boolean().default(false),
  qkv_bias: z.boolean().default(true),
  image_size: pictureExtent.default(224),
  patch_size: pictureExtent.default(14),
  layer_norm_eps: z.number().positive().default(1e-6),
});

const rules: ConfigRules<typeof fields.shape> = {
  where: "DINOv2 config",
  classNames: [],
  fields,
  neutral: { hidden_act: ["gelu"], num_channels: [3] },
  ignored: [
    ...housekeepingFields,
    // Pictures are embedded, never trained on: nothing is dropped or masked, and scales are in the weights.
    ...["attention_probs_dropout_prob", "drop_path_rate", "hidden_dropout_prob"],
    ...["layerscale_value", "use_mask_token"],
    // Of the backbone for other tasks.
    ...["apply_layernorm", "out_features", "out_indices", "reshape_hidden_states", "stage_names"],
  ],
  check: checkVisionWidths,
};

/**
 * Reads the config.json of a `Dinov2Model`.
 * @throws AtelierError `config` naming every unsupported field.
 */
export function readDinov2Config(value: unknown): Dinov2Config {
  const config = readConfig(value, rules);
  const inner = Math.trunc(config.hidden_size * config.mlp_ratio);
  return {
    hiddenSize: config.hidden_size,
    numHiddenLayers: config.num_hidden_layers,
    numAttentionHeads: config.num_attention_heads,
    // A gate has two matrices in the place of one, so that two thirds of the width take as many numbers.
    intermediateSize: config.use_swiglu_ffn
      ? 8 * Math.ceil(Math.trunc((inner * 2) / 3) / 8)
      : inner,
    useSwiGlu: config.use_swiglu_ffn,
    qkvBias: config.qkv_bias,
    imageSize: config.image_size,
    patchSize: config.patch_size,
    layerNormEps: config.layer_norm_eps,
  };
}
