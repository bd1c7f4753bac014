/**
 * @file What an `AutoencoderKL` is made of: the fields of its config.json that Atelier implements,
 * with the defaults of diffusers.
 */

import { z } from "zod";
import {
  type ConfigObject,
  type ConfigRules,
  count,
  depth,
  readConfig,
} from "../../core/read-config.js";

/** A VAE's architecture and the scale of its latents. */
export interface VaeConfig {
  /** Height and width of the pictures it was trained on. */
  readonly sampleSize: number;
  readonly inChannels: number;
  readonly outChannels: number;
  /** One entry per stage of the encoder; the decoder reads them reversed. */
  readonly blockOutChannels: readonly number[];
  /** Residual blocks per encoder stage; a decoder stage has one more. */
  readonly layersPerBlock: number;
  readonly latentChannels: number;
  readonly normNumGroups: number;
  /** A diffusion model sees `(latent − shiftFactor) · scalingFactor`. */
  readonly scalingFactor: number;
  readonly shiftFactor: number;
  readonly useQuantConv: boolean;
  readonly usePostQuantConv: boolean;
  readonly midBlockAddAttention: boolean;
  /** Whether the model overflows in float16 and has to run in 32 bits. */
  readonly forceUpcast: boolean;
}

const fields = z.object({
  sample_size: z
    .union([count, z.array(count).length(2)])
    .nullable()
    .default(32),
  in_channels: count.default(3),
  out_channels: count.default(3),
  down_block_types: z.array(z.literal("DownEncoderBlock2D")).min(1).default(["DownEncoderBlock2D"]),
  up_block_types: z.array(z.literal("UpDecoderBlock2D")).min(1).default(["UpDecoderBlock2D"]),
  block_out_channels: z.array(count).min(1).max(8).default([64]),
  layers_per_block: depth.default(1),
  latent_channels: count.default(4),
  norm_num_groups: count.default(32),
  scaling_factor: z.number().positive().default(0.18215),
  shift_factor: z.number().nullable().default(null),
  use_quant_conv: z.boolean().default(true),
  use_post_quant_conv: z.boolean().default(true),
  mid_block_add_attention: z.boolean().default(true),
  force_upcast: z.boolean().default(true),
});

const rules: ConfigRules<typeof fields.shape> = {
  where: "vae config",
  classNames: ["AutoencoderKL"],
  fields,
  neutral: { act_fn: ["silu"], latents_mean: [], latents_std: [] },
  check: checkFields,
};

/**
 * Reads a VAE's config.json.
 * @throws AtelierError `config` naming every unsupported field.
 */
export function readVaeConfig(value: unknown): VaeConfig {
  const config = readConfig(value, rules);
  const size = config.sample_size ?? 32;
  return {
    sampleSize: typeof size === "number" ? size : Math.max(...size),
    inChannels: config.in_channels,
    outChannels: config.out_channels,
    blockOutChannels: config.block_out_channels,
    layersPerBlock: config.layers_per_block,
    latentChannels: config.latent_channels,
    normNumGroups: config.norm_num_groups,
    scalingFactor: config.scaling_factor,
    shiftFactor: config.shift_factor ?? 0,
    useQuantConv: config.use_quant_conv,
    usePostQuantConv: config.use_post_quant_conv,
    midBlockAddAttention: config.mid_block_add_attention,
    forceUpcast: config.force_upcast,
  };
}

/** The config.json that diffusers would load as the same model. */
export function writeVaeConfig(config: VaeConfig): ConfigObject {
  return {
    _class_name: "AutoencoderKL",
    sample_size: config.sampleSize,
    in_channels: config.inChannels,
    out_channels: config.outChannels,
    down_block_types: config.blockOutChannels.map(() => "DownEncoderBlock2D"),
    up_block_types: config.blockOutChannels.map(() => "UpDecoderBlock2D"),
    block_out_channels: config.blockOutChannels,
    layers_per_block: config.layersPerBlock,
    latent_channels: config.latentChannels,
    norm_num_groups: config.normNumGroups,
    scaling_factor: config.scalingFactor,
    shift_factor: config.shiftFactor === 0 ? null : config.shiftFactor,
    use_quant_conv: config.useQuantConv,
    use_post_quant_conv: config.usePostQuantConv,
    mid_block_add_attention: config.midBlockAddAttention,
    force_upcast: config.forceUpcast,
    act_fn: "silu",
  };
}

function checkFields(config: z.output<typeof fields>): string[] {
  const problems: string[] = [];
  const blocks = config.block_out_channels.length;
  for (const [name, list] of [
    ["down_block_types", config.down_block_types],
    ["up_block_types", config.up_block_types],
  ] as const) {
    if (list.length !== blocks) {
      problems.push(`${name}: ${list.length} entries for ${blocks} block_out_channels`);
    }
  }
  for (const channels of config.block_out_channels) {
    if (channels % config.norm_num_groups !== 0) {
      problems.push(
        `norm_num_groups: ${config.norm_num_groups} does not divide ${channels} channels`,
      );
    }
  }
  return problems;
}
