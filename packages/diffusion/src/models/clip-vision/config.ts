/** @file What the half of CLIP that sees is made of, by the fields and defaults of transformers' CLIPVisionConfig. */

import { z } from "zod";
import { type ConfigRules, count, depth, readConfig } from "../../core/read-config.js";
import { housekeepingFields } from "../housekeeping-fields.js";
import { checkVisionWidths, pictureExtent } from "../layers/vision-fields.js";

/** Architecture of a CLIP picture encoder. */
export interface ClipVisionConfig {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  /** Height and width of pictures; no others can be embedded. */
  readonly imageSize: number;
  readonly patchSize: number;
  readonly hiddenAct: "quick_gelu" | "gelu";
  readonly layerNormEps: number;
  /** Width of the space that is shared with texts. */
  readonly projectionDim: number;
}

const fields = z.object({
  hidden_size: count.default(768),
  intermediate_size: count.default(3072),
  num_hidden_layers: depth.default(12),
  num_attention_heads: count.default(12),
  image_size: pictureExtent.default(224),
  patch_size: pictureExtent.default(32),
  hidden_act: z.enum(["quick_gelu", "gelu"]).default("quick_gelu"),
  layer_norm_eps: z.number().positive().default(1e-5),
  projection_dim: count.default(512),
});

const rules: ConfigRules<typeof fields.shape> = {
  where: "CLIP vision_config",
  classNames: [],
  fields,
  neutral: {
    num_channels: [3],
    is_decoder: [false],
    is_encoder_decoder: [false],
    pruned_heads: [{}],
  },
  // Pictures are embedded, never trained on, so that nothing is dropped.
  ignored: [...housekeepingFields, "architectures", "attention_dropout", "dropout"],
  check: checkVisionWidths,
};

/**
 * Reads the `vision_config` of a CLIP model.
 * @throws AtelierError `config` naming every unsupported field.
 */
export function readClipVisionConfig(value: unknown): ClipVisionConfig {
  const config = readConfig(value, rules);
  return {
    hiddenSize: config.hidden_size,
    intermediateSize: config.intermediate_size,
    numHiddenLayers: config.num_hidden_layers,
    numAttentionHeads: config.num_attention_heads,
    imageSize: config.image_size,
    patchSize: config.patch_size,
    hiddenAct: config.hidden_act,
    layerNormEps: config.layer_norm_eps,
    projectionDim: config.projection_dim,
  };
}
