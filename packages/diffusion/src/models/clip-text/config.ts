/**
 * @file What a CLIP text encoder is made of: the fields of its config.json that Atelier implements,
 * with the defaults of transformers.
 */

import { z } from "zod";
import {
  type ConfigObject,
  type ConfigRules,
  count,
  depth,
  readConfig,
} from "../../core/read-config.js";
import { housekeepingFields } from "../housekeeping-fields.js";

/** A CLIP text encoder's architecture. */
export interface ClipTextConfig {
  readonly kind: "clip";
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  readonly maxPositionEmbeddings: number;
  readonly hiddenAct: "quick_gelu" | "gelu";
  readonly layerNormEps: number;
  readonly bosTokenId: number;
  /** Its position gives the pooled state; 2 (in old configs) means the position of the largest id. */
  readonly eosTokenId: number;
  readonly projectionDim: number;
  /** Whether `text_projection` follows the pooled state (`CLIPTextModelWithProjection`). */
  readonly hasProjection: boolean;
}

const fields = z.object({
  architectures: z.array(z.string()).nullable().default(null),
  vocab_size: count.default(49408),
  hidden_size: count.default(512),
  intermediate_size: count.default(2048),
  num_hidden_layers: depth.default(12),
  num_attention_heads: count.default(8),
  max_position_embeddings: count.default(77),
  hidden_act: z.enum(["quick_gelu", "gelu"]).default("quick_gelu"),
  layer_norm_eps: z.number().positive().default(1e-5),
  bos_token_id: z.int().min(0).default(49406),
  eos_token_id: z.int().min(0).default(49407),
  projection_dim: count.default(512),
});

const rules: ConfigRules<typeof fields.shape> = {
  where: "text encoder config",
  classNames: ["CLIPTextModel", "CLIPTextModelWithProjection"],
  fields,
  neutral: {
    attention_dropout: [0],
    dropout: [0],
    is_decoder: [false],
    is_encoder_decoder: [false],
    pruned_heads: [{}],
  },
  ignored: housekeepingFields,
  check: (config) =>
    config.hidden_size % config.num_attention_heads === 0
      ? []
      : [
          `num_attention_heads: ${config.num_attention_heads} does not divide hidden_size ${config.hidden_size}`,
        ],
};

/**
 * Reads a CLIP text encoder's config.json. `hasProjection` overrides what `architectures` says, for
 * a caller that knows the class from model_index.json or the weights.
 * @throws AtelierError `config` naming every unsupported field.
 */
export function readClipTextConfig(
  value: unknown,
  { hasProjection }: { readonly hasProjection?: boolean } = {},
): ClipTextConfig {
  const config = readConfig(value, rules);
  return {
    kind: "clip",
    vocabSize: config.vocab_size,
    hiddenSize: config.hidden_size,
    intermediateSize: config.intermediate_size,
    numHiddenLayers: config.num_hidden_layers,
    numAttentionHeads: config.num_attention_heads,
    maxPositionEmbeddings: config.max_position_embeddings,
    hiddenAct: config.hidden_act,
    layerNormEps: config.layer_norm_eps,
    bosTokenId: config.bos_token_id,
    eosTokenId: config.eos_token_id,
    projectionDim: config.projection_dim,
    hasProjection:
      hasProjection ?? config.architectures?.includes("CLIPTextModelWithProjection") ?? false,
  };
}

/** The config.json that transformers would load as the same model. */
export function writeClipTextConfig(config: ClipTextConfig): ConfigObject {
  return {
    architectures: [config.hasProjection ? "CLIPTextModelWithProjection" : "CLIPTextModel"],
    model_type: "clip_text_model",
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.numHiddenLayers,
    num_attention_heads: config.numAttentionHeads,
    max_position_embeddings: config.maxPositionEmbeddings,
    hidden_act: config.hiddenAct,
    layer_norm_eps: config.layerNormEps,
    bos_token_id: config.bosTokenId,
    eos_token_id: config.eosTokenId,
    pad_token_id: 1,
    projection_dim: config.projectionDim,
    // transformers would take the type of the stored weights, which the other parts of a pipeline do not.
    torch_dtype: "float32",
  };
}
