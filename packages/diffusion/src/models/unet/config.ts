/**
 * @file What a `UNet2DConditionModel` is made of: the fields of its config.json that Atelier
 * implements (SD 1.x, SD 2.x, SDXL), with the defaults of diffusers.
 */

import { z } from "zod";
import {
  type ConfigObject,
  type ConfigRules,
  count,
  depth,
  readConfig,
} from "../../core/read-config.js";

/** A stage of the down path, with or without attention. */
export type UNetDownBlockType = "CrossAttnDownBlock2D" | "DownBlock2D";

/** A stage of the up path, with or without attention. */
export type UNetUpBlockType = "CrossAttnUpBlock2D" | "UpBlock2D";

/** A UNet's architecture. Lists have one entry per down block; the up path reads them reversed. */
export interface UNetConfig {
  /** Height and width of the latents it was trained on. */
  readonly sampleSize: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly downBlockTypes: readonly UNetDownBlockType[];
  /** In the order of the up path: the first entry works on the smallest maps. */
  readonly upBlockTypes: readonly UNetUpBlockType[];
  readonly blockOutChannels: readonly number[];
  /** Residual blocks per down block; an up block has one more. */
  readonly layersPerBlock: readonly number[];
  /** Number of heads per down block. The middle block uses the last entry. */
  readonly attentionHeads: readonly number[];
  /** Transformer blocks per attention. The middle block uses the last entry. */
  readonly transformerLayersPerBlock: readonly number[];
  readonly crossAttentionDim: number;
  /** Whether attentions enter and leave by a linear layer (SD 2.x, SDXL) or a 1×1 convolution. */
  readonly useLinearProjection: boolean;
  /** Whether the model asks for attention scores in 32 bits; Atelier always does that. */
  readonly upcastAttention: boolean;
  readonly normNumGroups: number;
  readonly normEps: number;
  /** Timestep embedding: cosines first. */
  readonly flipSinToCos: boolean;
  readonly freqShift: number;
  /** Width of the embedded timestep. */
  readonly timeEmbeddingDim: number;
  /** `text_time`: pooled text and six picture sizes are added to the timestep (SDXL). */
  readonly additionEmbedType: "text_time" | undefined;
  /** Width of each embedded picture size; 0 without `additionEmbedType`. */
  readonly additionTimeEmbedDim: number;
  /** Pooled text width + 6 · `additionTimeEmbedDim`; 0 without `additionEmbedType`. */
  readonly projectionClassEmbeddingsInputDim: number;
}

const perBlock = z.union([count, z.array(count).min(1)]);
const depthPerBlock = z.union([depth, z.array(depth).min(1)]);
/** Twice what any published model has. */
const maxBlocks = 8;

const fields = z.object({
  sample_size: z
    .union([count, z.tuple([count, count])])
    .nullable()
    .default(64),
  in_channels: count.default(4),
  out_channels: count.default(4),
  down_block_types: z
    .array(z.enum(["CrossAttnDownBlock2D", "DownBlock2D"]))
    .min(1)
    .max(maxBlocks)
    .default([
      "CrossAttnDownBlock2D",
      "CrossAttnDownBlock2D",
      "CrossAttnDownBlock2D",
      "DownBlock2D",
    ]),
  up_block_types: z
    .array(z.enum(["CrossAttnUpBlock2D", "UpBlock2D"]))
    .min(1)
    .max(maxBlocks)
    .default(["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"]),
  block_out_channels: z.array(count).min(1).default([320, 640, 1280, 1280]),
  layers_per_block: depthPerBlock.default(2),
  attention_head_dim: perBlock.default(8),
  transformer_layers_per_block: depthPerBlock.default(1),
  cross_attention_dim: perBlock.default(1280),
  use_linear_projection: z.boolean().default(false),
  upcast_attention: z.boolean().nullable().default(false),
  norm_num_groups: count.default(32),
  norm_eps: z.number().positive().default(1e-5),
  flip_sin_to_cos: z.boolean().default(true),
  freq_shift: z.number().default(0),
  time_embedding_dim: count.nullable().default(null),
  addition_embed_type: z.literal("text_time").nullable().default(null),
  addition_time_embed_dim: count.nullable().default(null),
  projection_class_embeddings_input_dim: count.nullable().default(null),
});

type Fields = z.output<typeof fields>;

/** Values that leave the architecture as implemented; they are the defaults of diffusers. */
const neutral = {
  act_fn: ["silu", "swish"],
  attention_type: ["default"],
  center_input_sample: [false],
  class_embed_type: [],
  class_embeddings_concat: [false],
  conv_in_kernel: [3],
  conv_out_kernel: [3],
  cross_attention_norm: [],
  downsample_padding: [1],
  dropout: [0],
  dual_cross_attention: [false],
  encoder_hid_dim: [],
  encoder_hid_dim_type: [],
  mid_block_only_cross_attention: [false],
  mid_block_scale_factor: [1],
  mid_block_type: ["UNetMidBlock2DCrossAttn"],
  num_attention_heads: [],
  num_class_embeds: [],
  only_cross_attention: [false],
  resnet_out_scale_factor: [1],
  resnet_skip_time_act: [false],
  resnet_time_scale_shift: ["default"],
  reverse_transformer_layers_per_block: [],
  time_cond_proj_dim: [],
  time_embedding_act_fn: [],
  time_embedding_type: ["positional"],
  timestep_post_act: [],
} as const;

/**
 * Reads a UNet's config.json. `attention_head_dim` is misnamed there: it is the number of heads.
 * @throws AtelierError `config` naming every unsupported field.
 */
export function readUNetConfig(value: unknown): UNetConfig {
  const config = readConfig(value, rules);
  const blocks = config.down_block_types.length;
  return {
    sampleSize: squareSize(config.sample_size) ?? 64,
    inChannels: config.in_channels,
    outChannels: config.out_channels,
    downBlockTypes: config.down_block_types,
    upBlockTypes: config.up_block_types,
    blockOutChannels: config.block_out_channels,
    layersPerBlock: spread(config.layers_per_block, blocks),
    attentionHeads: spread(config.attention_head_dim, blocks),
    transformerLayersPerBlock: spread(config.transformer_layers_per_block, blocks),
    crossAttentionDim: spread(config.cross_attention_dim, blocks)[0] ?? 0,
    useLinearProjection: config.use_linear_projection,
    upcastAttention: config.upcast_attention ?? false,
    normNumGroups: config.norm_num_groups,
    normEps: config.norm_eps,
    flipSinToCos: config.flip_sin_to_cos,
    freqShift: config.freq_shift,
    timeEmbeddingDim: config.time_embedding_dim ?? 4 * (config.block_out_channels[0] ?? 0),
    additionEmbedType: config.addition_embed_type ?? undefined,
    additionTimeEmbedDim: config.addition_time_embed_dim ?? 0,
    projectionClassEmbeddingsInputDim: config.projection_class_embeddings_input_dim ?? 0,
  };
}

/** The config.json that diffusers would load as the same model. */
export function writeUNetConfig(config: UNetConfig): ConfigObject {
  const hasOwnTimeDim = config.timeEmbeddingDim !== 4 * (config.blockOutChannels[0] ?? 0);
  return {
    _class_name: "UNet2DConditionModel",
    sample_size: config.sampleSize,
    in_channels: config.inChannels,
    out_channels: config.outChannels,
    down_block_types: config.downBlockTypes,
    up_block_types: config.upBlockTypes,
    block_out_channels: config.blockOutChannels,
    layers_per_block: collapse(config.layersPerBlock),
    attention_head_dim: collapse(config.attentionHeads),
    transformer_layers_per_block: collapse(config.transformerLayersPerBlock),
    cross_attention_dim: config.crossAttentionDim,
    use_linear_projection: config.useLinearProjection,
    upcast_attention: config.upcastAttention,
    norm_num_groups: config.normNumGroups,
    norm_eps: config.normEps,
    flip_sin_to_cos: config.flipSinToCos,
    freq_shift: config.freqShift,
    time_embedding_dim: hasOwnTimeDim ? config.timeEmbeddingDim : null,
    addition_embed_type: config.additionEmbedType ?? null,
    addition_time_embed_dim: config.additionTimeEmbedDim || null,
    projection_class_embeddings_input_dim: config.projectionClassEmbeddingsInputDim || null,
  };
}

const rules: ConfigRules<typeof fields.shape> = {
  where: "unet config",
  classNames: ["UNet2DConditionModel"],
  fields,
  neutral,
  // The heads of an addition embedding of another type than `text_time`.
  ignored: ["addition_embed_type_num_heads"],
  check: checkFields,
};

function checkFields(config: Fields): string[] {
  const problems: string[] = [];
  const blocks = config.down_block_types.length;
  const lists = {
    up_block_types: config.up_block_types,
    block_out_channels: config.block_out_channels,
    layers_per_block: config.layers_per_block,
    attention_head_dim: config.attention_head_dim,
    transformer_layers_per_block: config.transformer_layers_per_block,
    cross_attention_dim: config.cross_attention_dim,
  };
  for (const [name, list] of Object.entries(lists)) {
    if (typeof list === "number" || list.length === blocks) continue;
    problems.push(`${name}: ${list.length} entries for ${blocks} down blocks`);
  }
  const heads = spread(config.attention_head_dim, blocks);
  config.block_out_channels.forEach((channels, block) => {
    if (channels % config.norm_num_groups !== 0) {
      problems.push(
        `norm_num_groups: ${config.norm_num_groups} does not divide ${channels} channels`,
      );
    }
    const hasAttention =
      config.down_block_types[block] === "CrossAttnDownBlock2D" || block === blocks - 1;
    if (hasAttention && channels % (heads[block] ?? 1) !== 0) {
      problems.push(`attention_head_dim: ${heads[block]} heads do not divide ${channels} channels`);
    }
  });
  if (new Set(spread(config.cross_attention_dim, blocks)).size > 1) {
    problems.push("cross_attention_dim: different widths per block are unsupported");
  }
  if (config.sample_size !== null && squareSize(config.sample_size) === undefined) {
    problems.push("sample_size: a height that differs from the width is unsupported");
  }
  const timeDim = config.addition_time_embed_dim;
  const inputDim = config.projection_class_embeddings_input_dim;
  if (config.addition_embed_type !== null && (timeDim === null || inputDim === null)) {
    problems.push(
      "addition_embed_type: text_time needs addition_time_embed_dim and projection_class_embeddings_input_dim",
    );
  }
  return problems;
}

function spread(value: number | readonly number[], length: number): readonly number[] {
  return typeof value === "number" ? new Array<number>(length).fill(value) : value;
}

function collapse(values: readonly number[]): number | readonly number[] {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : values;
}

function squareSize(size: number | readonly [number, number] | null): number | undefined {
  if (size === null || typeof size === "number") return size ?? undefined;
  return size[0] === size[1] ? size[0] : undefined;
}
