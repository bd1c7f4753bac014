/**
 * @file What a T5 text encoder is made of (Raffel et al. 2019, arXiv 1910.10683, in its version 1.1): the fields of
 * its config.json that Atelier implements, with the defaults of transformers.
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

/** A T5 encoder's architecture. */
export interface T5Config {
  readonly kind: "t5";
  readonly vocabSize: number;
  /** Width of the states. */
  readonly dModel: number;
  /** Width of a head; all heads together need not be as wide as the states. */
  readonly dKv: number;
  /** Inner width of the feed-forward. */
  readonly dFf: number;
  readonly numLayers: number;
  readonly numHeads: number;
  readonly relativeAttentionNumBuckets: number;
  /** Tokens further apart than this share a bucket. */
  readonly relativeAttentionMaxDistance: number;
  readonly layerNormEpsilon: number;
}

const fields = z.object({
  vocab_size: count.default(32128),
  d_model: count.default(512),
  d_kv: count.default(64),
  d_ff: count.default(2048),
  num_layers: depth.default(6),
  num_heads: count.default(8),
  relative_attention_num_buckets: z.int().min(4).max(4096).default(32),
  relative_attention_max_distance: count.default(128),
  layer_norm_epsilon: z.number().positive().default(1e-6),
  // Of the first version ReLU is the default, which is not implemented.
  feed_forward_proj: z.literal("gated-gelu"),
});

const rules: ConfigRules<typeof fields.shape> = {
  where: "T5 config",
  classNames: ["T5EncoderModel"],
  fields,
  neutral: {
    model_type: ["t5"],
    architectures: [["T5EncoderModel"], ["T5ForConditionalGeneration"], ["T5Model"]],
    dense_act_fn: ["gelu_new"],
    is_gated_act: [true],
  },
  ignored: [
    ...housekeepingFields.filter((name) => name !== "model_type"),
    ...["classifier_dropout", "dropout_rate", "eos_token_id", "bos_token_id", "is_decoder"],
    ...["is_encoder_decoder", "num_decoder_layers", "scale_decoder_outputs", "n_positions"],
    "output_past",
  ],
  check: ({
    relative_attention_num_buckets: buckets,
    relative_attention_max_distance: distance,
  }) =>
    buckets % 4 === 0 && distance > buckets / 4
      ? []
      : [
          `relative_attention_num_buckets: expected a multiple of 4 whose quarter is below relative_attention_max_distance ${distance}, got ${buckets}`,
        ],
};

/**
 * Reads a T5 encoder's config.json, also where it is that of the whole model, of which the encoder is a part.
 * @throws AtelierError `config` naming every unsupported field.
 */
export function readT5Config(value: unknown): T5Config {
  const config = readConfig(value, rules);
  return {
    kind: "t5",
    vocabSize: config.vocab_size,
    dModel: config.d_model,
    dKv: config.d_kv,
    dFf: config.d_ff,
    numLayers: config.num_layers,
    numHeads: config.num_heads,
    relativeAttentionNumBuckets: config.relative_attention_num_buckets,
    relativeAttentionMaxDistance: config.relative_attention_max_distance,
    layerNormEpsilon: config.layer_norm_epsilon,
  };
}

/** The config.json that transformers would load as the same model. */
export function writeT5Config(config: T5Config): ConfigObject {
  return {
    architectures: ["T5EncoderModel"],
    model_type: "t5",
    vocab_size: config.vocabSize,
    d_model: config.dModel,
    d_kv: config.dKv,
    d_ff: config.dFf,
    num_layers: config.numLayers,
    num_heads: config.numHeads,
    relative_attention_num_buckets: config.relativeAttentionNumBuckets,
    relative_attention_max_distance: config.relativeAttentionMaxDistance,
    layer_norm_epsilon: config.layerNormEpsilon,
    feed_forward_proj: "gated-gelu",
    // transformers would build the decoder's half of the config for text generation.
    is_encoder_decoder: false,
    use_cache: false,
    torch_dtype: "float32",
  };
}
