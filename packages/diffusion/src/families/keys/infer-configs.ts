/**
 * @file The architecture of a single-file checkpoint, read off the shapes of its tensors. What
 * shapes cannot tell (heads, scales, activations) follows from the family and can be overridden.
 */

import { AtelierError, type Shape, said } from "@atelier/engine";
import type { VaeConfig } from "../../models/autoencoder-kl/config.js";
import type { ClipTextConfig } from "../../models/clip-text/config.js";
import type { UNetConfig } from "../../models/unet/config.js";

/** The shapes of a model's tensors by their names in the file, the prefix left out. */
export interface ShapeTable {
  /** What the shapes belong to, for messages. */
  readonly where: string;
  readonly shapes: ReadonlyMap<string, Shape>;
}

/** Width of an attention head in every family but SD 1.x, which has eight heads everywhere. */
const headWidth = 64;

/** The UNet of a file by its LDM names (`input_blocks.…`). @throws AtelierError `weights`. */
export function inferUNetConfig(table: ShapeTable): UNetConfig {
  const { shapes } = table;
  const down = readDownPath(table);
  const upBlockTypes = readUpPath(table, down);
  const blockOutChannels = down.map((block) => block.channels);
  const crossAttention = [...shapes].find(([name]) => name.endsWith("attn2.to_k.weight"));
  const crossAttentionDim = crossAttention?.[1][1] ?? 0;
  const projection = [...shapes].find(([name]) => name.endsWith(".proj_in.weight"));
  const additionWidth = shapes.get("label_emb.0.0.weight")?.[1];
  const middleDepth = depthOf(shapes, "middle_block.1");
  return {
    sampleSize: additionWidth === undefined ? 64 : 128,
    inChannels: extent(table, "input_blocks.0.0.weight", 1),
    outChannels: extent(table, "out.2.weight", 0),
    downBlockTypes: down.map(({ depth }) => (depth > 0 ? "CrossAttnDownBlock2D" : "DownBlock2D")),
    upBlockTypes,
    blockOutChannels,
    layersPerBlock: down.map(({ layers }) => layers),
    attentionHeads: blockOutChannels.map((channels) =>
      crossAttentionDim === 768 ? 8 : Math.max(1, Math.floor(channels / headWidth)),
    ),
    transformerLayersPerBlock: down.map(
      ({ depth }, block) => depth || (block === down.length - 1 ? middleDepth : 1),
    ),
    crossAttentionDim,
    useLinearProjection: projection?.[1].length === 2,
    upcastAttention: false,
    normNumGroups: 32,
    normEps: 1e-5,
    flipSinToCos: true,
    freqShift: 0,
    timeEmbeddingDim: extent(table, "time_embed.0.weight", 0),
    additionEmbedType: additionWidth === undefined ? undefined : "text_time",
    additionTimeEmbedDim: additionWidth === undefined ? 0 : 256,
    projectionClassEmbeddingsInputDim: additionWidth ?? 0,
  };
}

interface DownBlock {
  readonly channels: number;
  readonly layers: number;
  /** Transformer blocks per attention; 0 without attention. */
  readonly depth: number;
}

function readDownPath(table: ShapeTable): DownBlock[] {
  const { shapes } = table;
  const blocks: DownBlock[] = [];
  let block = { channels: 0, layers: 0, depth: 0 };
  for (let i = 1; ; i++) {
    const convolution = shapes.get(`input_blocks.${i}.0.out_layers.3.weight`);
    if (convolution !== undefined) {
      const depth = depthOf(shapes, `input_blocks.${i}.1`);
      block = { channels: convolution[0] ?? 0, layers: block.layers + 1, depth };
      continue;
    }
    blocks.push(block);
    if (!shapes.has(`input_blocks.${i}.0.op.weight`)) break;
    block = { channels: 0, layers: 0, depth: 0 };
  }
  if (blocks.some(({ layers }) => layers === 0)) throw incomplete(table, "input_blocks.1.0");
  return blocks;
}

function readUpPath(table: ShapeTable, down: readonly DownBlock[]): UNetConfig["upBlockTypes"] {
  let output = 0;
  return [...down].reverse().map(({ layers }) => {
    const hasAttention = table.shapes.has(`output_blocks.${output}.1.norm.weight`);
    output += layers + 1;
    return hasAttention ? "CrossAttnUpBlock2D" : "UpBlock2D";
  });
}

function depthOf(shapes: ReadonlyMap<string, Shape>, attention: string): number {
  return countWhile((k) => shapes.has(`${attention}.transformer_blocks.${k}.norm1.weight`));
}

/** The VAE of a file by its LDM names (`encoder.down.…`). @throws AtelierError `weights`. */
export function inferVaeConfig(
  table: ShapeTable,
  {
    scalingFactor,
    shiftFactor = 0,
    latentSize,
  }: {
    readonly scalingFactor: number;
    readonly shiftFactor?: number;
    readonly latentSize: number;
  },
): VaeConfig {
  const { shapes } = table;
  const stages = countWhile((i) => shapes.has(`encoder.down.${i}.block.0.conv1.weight`));
  if (stages === 0) throw incomplete(table, "encoder.down.0.block.0.conv1.weight");
  return {
    sampleSize: latentSize * 2 ** (stages - 1),
    inChannels: extent(table, "encoder.conv_in.weight", 1),
    outChannels: extent(table, "decoder.conv_out.weight", 0),
    blockOutChannels: Array.from({ length: stages }, (_, i) =>
      extent(table, `encoder.down.${i}.block.0.conv1.weight`, 0),
    ),
    layersPerBlock: countWhile((j) => shapes.has(`encoder.down.0.block.${j}.conv1.weight`)),
    latentChannels: extent(table, "decoder.conv_in.weight", 1),
    normNumGroups: 32,
    scalingFactor,
    shiftFactor,
    useQuantConv: shapes.has("quant_conv.weight"),
    usePostQuantConv: shapes.has("post_quant_conv.weight"),
    midBlockAddAttention: shapes.has("encoder.mid.attn_1.q.weight"),
    forceUpcast: true,
  };
}

/** A text encoder by its transformers names (`text_model.…`). @throws AtelierError `weights`. */
export function inferClipConfig(table: ShapeTable): ClipTextConfig {
  const { shapes } = table;
  const hiddenSize = extent(table, "text_model.embeddings.token_embedding.weight", 1);
  const layer = (index: number) => `text_model.encoder.layers.${index}.mlp.fc1.weight`;
  return {
    ...clipDefaults,
    vocabSize: extent(table, "text_model.embeddings.token_embedding.weight", 0),
    hiddenSize,
    intermediateSize: extent(table, layer(0), 0),
    numHiddenLayers: countWhile((index) => shapes.has(layer(index))),
    numAttentionHeads: Math.max(1, Math.floor(hiddenSize / headWidth)),
    maxPositionEmbeddings: extent(table, "text_model.embeddings.position_embedding.weight", 0),
    // OpenCLIP's towers are wider than CLIP's own.
    hiddenAct: hiddenSize > 768 ? "gelu" : "quick_gelu",
    projectionDim: shapes.get("text_projection.weight")?.[0] ?? hiddenSize,
    hasProjection: shapes.has("text_projection.weight"),
  };
}

/**
 * A text encoder by its OpenCLIP names (`transformer.resblocks.…`). SD 2.x conditions on the state
 * before the last layer: there the last of 24 layers and the projection are left out.
 * @throws AtelierError `weights`.
 */
export function inferOpenClipConfig(
  table: ShapeTable,
  { usesPenultimate }: { readonly usesPenultimate: boolean },
): ClipTextConfig {
  const { shapes } = table;
  const hiddenSize = extent(table, "token_embedding.weight", 1);
  const layer = (index: number) => `transformer.resblocks.${index}.mlp.c_fc.weight`;
  const layers = countWhile((index) => shapes.has(layer(index)));
  const projection = shapes.get("text_projection");
  // Files written by Atelier and diffusers hold the shortened tower of 23 layers, without the projection.
  // Nothing reads that in SD 2.x; it decides only where the number of layers is none of the known ones.
  const isWhole = layers === 24 || (layers !== 23 && projection !== undefined);
  return {
    ...clipDefaults,
    vocabSize: extent(table, "token_embedding.weight", 0),
    hiddenSize,
    intermediateSize: extent(table, layer(0), 0),
    numHiddenLayers: usesPenultimate && isWhole ? layers - 1 : layers,
    numAttentionHeads: Math.max(1, Math.floor(hiddenSize / headWidth)),
    maxPositionEmbeddings: extent(table, "positional_embedding", 0),
    hiddenAct: "gelu",
    projectionDim: projection?.[1] ?? 512,
    hasProjection: projection !== undefined && !usesPenultimate,
  };
}

const clipDefaults = {
  kind: "clip",
  layerNormEps: 1e-5,
  bosTokenId: 49406,
  eosTokenId: 49407,
} as const;

/** How many whole numbers from 0 on exist. */
export function countWhile(exists: (index: number) => boolean): number {
  let count = 0;
  while (exists(count)) count++;
  return count;
}

/** An axis of a tensor that must be there. @throws AtelierError `weights`. */
export function extent(table: ShapeTable, name: string, axis: number): number {
  const value = table.shapes.get(name)?.[axis];
  if (value === undefined) throw incomplete(table, name);
  return value;
}

function incomplete({ where }: ShapeTable, name: string): AtelierError {
  return new AtelierError(
    "weights",
    said`${where}: expected a tensor "${name}", got none. The file is incomplete or of another family.`,
  );
}
