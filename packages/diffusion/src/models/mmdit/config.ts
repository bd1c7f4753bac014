/**
 * @file What an `SD3Transformer2DModel` is made of (Stable Diffusion 3 and 3.5): the fields of its config.json, with
 * the defaults of diffusers.
 */

import { z } from "zod";
import {
  type ConfigObject,
  type ConfigRules,
  count,
  depth,
  readConfig,
} from "../../core/read-config.js";

/** Architecture of a multimodal diffusion transformer. */
export interface MmditConfig {
  readonly kind: "mmdit";
  /** Tokens that T5 reads of a text, where not as many as usual; no file says it. */
  readonly maxSequenceLength?: number | undefined;
  /** Height and width of the latents it was trained on. */
  readonly sampleSize: number;
  /** Height and width of the latents that are one token. */
  readonly patchSize: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly numLayers: number;
  /** Of one head. */
  readonly headDim: number;
  readonly numHeads: number;
  /** Width of the text states. */
  readonly jointAttentionDim: number;
  readonly pooledProjectionDim: number;
  /** Height and width of the table of positions, in tokens; a picture has the middle of it. */
  readonly posEmbedMaxSize: number;
  /** Blocks in which a picture's tokens also have an attention to themselves (SD 3.5 medium). */
  readonly dualAttentionLayers: readonly number[];
  /** Whether queries and keys are normalised (SD 3.5). */
  readonly normalisesQueries: boolean;
}

/** Width of the tokens. */
export function mmditWidth({ headDim, numHeads }: MmditConfig): number {
  return headDim * numHeads;
}

const className = "SD3Transformer2DModel";

const fields = z.object({
  sample_size: count.default(128),
  patch_size: count.default(2),
  in_channels: count.default(16),
  num_layers: depth.default(18),
  attention_head_dim: count.default(64),
  num_attention_heads: count.default(18),
  joint_attention_dim: count.default(4096),
  caption_projection_dim: count.default(1152),
  pooled_projection_dim: count.default(2048),
  out_channels: count.nullable().default(16),
  pos_embed_max_size: count.default(96),
  dual_attention_layers: z.array(z.int().min(0)).default([]),
  qk_norm: z.literal("rms_norm").nullable().default(null),
});

const rules: ConfigRules<typeof fields.shape> = {
  where: "SD3 transformer config",
  classNames: [className],
  fields,
  neutral: {},
  check: checkFields,
};

/**
 * Reads the config.json of an `SD3Transformer2DModel`.
 * @throws AtelierError `config` naming every unsupported field.
 */
export function readMmditConfig(value: unknown): MmditConfig {
  const config = readConfig(value, rules);
  return {
    kind: "mmdit",
    sampleSize: config.sample_size,
    patchSize: config.patch_size,
    inChannels: config.in_channels,
    outChannels: config.out_channels ?? config.in_channels,
    numLayers: config.num_layers,
    headDim: config.attention_head_dim,
    numHeads: config.num_attention_heads,
    jointAttentionDim: config.joint_attention_dim,
    pooledProjectionDim: config.pooled_projection_dim,
    posEmbedMaxSize: config.pos_embed_max_size,
    dualAttentionLayers: config.dual_attention_layers,
    normalisesQueries: config.qk_norm === "rms_norm",
  };
}

/** The config.json that diffusers would load as the same model. */
export function writeMmditConfig(config: MmditConfig): ConfigObject {
  return {
    _class_name: className,
    sample_size: config.sampleSize,
    patch_size: config.patchSize,
    in_channels: config.inChannels,
    num_layers: config.numLayers,
    attention_head_dim: config.headDim,
    num_attention_heads: config.numHeads,
    joint_attention_dim: config.jointAttentionDim,
    caption_projection_dim: mmditWidth(config),
    pooled_projection_dim: config.pooledProjectionDim,
    out_channels: config.outChannels,
    pos_embed_max_size: config.posEmbedMaxSize,
    dual_attention_layers: config.dualAttentionLayers,
    qk_norm: config.normalisesQueries ? "rms_norm" : null,
  };
}

function checkFields(config: z.output<typeof fields>): string[] {
  const problems: string[] = [];
  const width = config.attention_head_dim * config.num_attention_heads;
  if (config.caption_projection_dim !== width) {
    problems.push(
      `caption_projection_dim: ${config.caption_projection_dim} must be ${width}, num_attention_heads · attention_head_dim`,
    );
  }
  if (config.sample_size % config.patch_size !== 0) {
    problems.push(
      `patch_size: ${config.patch_size} does not divide sample_size ${config.sample_size}`,
    );
  }
  if (config.sample_size / config.patch_size > config.pos_embed_max_size) {
    problems.push(
      `pos_embed_max_size: ${config.pos_embed_max_size} positions are less than sample_size ${config.sample_size} / patch_size ${config.patch_size}`,
    );
  }
  const beyond = config.dual_attention_layers.filter((layer) => layer >= config.num_layers);
  if (beyond.length > 0) {
    problems.push(`dual_attention_layers: no block ${beyond.join(", ")} of ${config.num_layers}`);
  }
  return problems;
}
