/**
 * @file What a `FluxTransformer2DModel` is made of (FLUX.1): the fields of its config.json, with the defaults of
 * diffusers.
 */

import { z } from "zod";
import {
  type ConfigObject,
  type ConfigRules,
  count,
  depth,
  readConfig,
} from "../../core/read-config.js";

/** Architecture of a FLUX.1 transformer. */
export interface FluxConfig {
  readonly kind: "flux";
  /** Tokens that T5 reads of a text, where not as many as usual; no file says it. */
  readonly maxSequenceLength?: number | undefined;
  /** Of packed latents: four times the channels of the latents. */
  readonly inChannels: number;
  readonly outChannels: number;
  /** Blocks with a stream for the text and one for the picture. */
  readonly numLayers: number;
  /** Blocks after these with one stream for both. */
  readonly numSingleLayers: number;
  /** Of one head. */
  readonly headDim: number;
  readonly numHeads: number;
  /** Width of the text states. */
  readonly jointAttentionDim: number;
  readonly pooledProjectionDim: number;
  /** Whether it was distilled from its own guidance and is told how much of it (dev). */
  readonly guidanceEmbeds: boolean;
  /** How much of a head each of the three coordinates of a token turns. */
  readonly axesDimsRope: readonly number[];
}

/** Width of the tokens. */
export function fluxWidth({ headDim, numHeads }: FluxConfig): number {
  return headDim * numHeads;
}

const className = "FluxTransformer2DModel";

const fields = z.object({
  in_channels: count.default(64),
  out_channels: count.nullable().default(null),
  num_layers: depth.default(19),
  num_single_layers: depth.default(38),
  attention_head_dim: count.default(128),
  num_attention_heads: count.default(24),
  joint_attention_dim: count.default(4096),
  pooled_projection_dim: count.default(768),
  guidance_embeds: z.boolean().default(false),
  axes_dims_rope: z.tuple([count, count, count]).default([16, 56, 56]),
});

const rules: ConfigRules<typeof fields.shape> = {
  where: "FLUX.1 transformer config",
  classNames: [className],
  fields,
  neutral: { patch_size: [1] },
  check: checkFields,
};

/**
 * Reads the config.json of a `FluxTransformer2DModel`.
 * @throws AtelierError `config` naming every unsupported field.
 */
export function readFluxConfig(value: unknown): FluxConfig {
  const config = readConfig(value, rules);
  return {
    kind: "flux",
    inChannels: config.in_channels,
    outChannels: config.out_channels ?? config.in_channels,
    numLayers: config.num_layers,
    numSingleLayers: config.num_single_layers,
    headDim: config.attention_head_dim,
    numHeads: config.num_attention_heads,
    jointAttentionDim: config.joint_attention_dim,
    pooledProjectionDim: config.pooled_projection_dim,
    guidanceEmbeds: config.guidance_embeds,
    axesDimsRope: config.axes_dims_rope,
  };
}

/** The config.json that diffusers would load as the same model. */
export function writeFluxConfig(config: FluxConfig): ConfigObject {
  return {
    _class_name: className,
    patch_size: 1,
    in_channels: config.inChannels,
    out_channels: config.outChannels === config.inChannels ? null : config.outChannels,
    num_layers: config.numLayers,
    num_single_layers: config.numSingleLayers,
    attention_head_dim: config.headDim,
    num_attention_heads: config.numHeads,
    joint_attention_dim: config.jointAttentionDim,
    pooled_projection_dim: config.pooledProjectionDim,
    guidance_embeds: config.guidanceEmbeds,
    axes_dims_rope: config.axesDimsRope,
  };
}

function checkFields(config: z.output<typeof fields>): string[] {
  const problems: string[] = [];
  const axes = config.axes_dims_rope;
  const turned = axes.reduce((sum, extent) => sum + extent, 0);
  if (turned !== config.attention_head_dim) {
    problems.push(
      `axes_dims_rope: ${axes.join(" + ")} must be attention_head_dim ${config.attention_head_dim}`,
    );
  }
  if (axes.some((extent) => extent % 2 !== 0)) {
    problems.push(`axes_dims_rope: ${axes.join(", ")} must be even, since pairs are turned`);
  }
  return problems;
}
