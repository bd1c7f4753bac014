/**
 * @file The architecture of a transformer in a single file, read off the shapes of its tensors under the file's names.
 * What shapes cannot tell is as in the published models.
 */

import type { FluxConfig } from "../../models/flux/config.js";
import type { MmditConfig } from "../../models/mmdit/config.js";
import { countWhile, extent, type ShapeTable } from "./infer-configs.js";

/** The width of a head where no norm of queries shows it. */
const mmditHeadDim = 64;

/** An MMDiT by Stability's names (`joint_blocks.…`). @throws AtelierError `weights`. */
export function inferMmditConfig(table: ShapeTable): MmditConfig {
  const { shapes } = table;
  const block = (layer: number): string => `joint_blocks.${layer}.x_block`;
  const width = extent(table, "x_embedder.proj.weight", 0);
  const patchSize = extent(table, "x_embedder.proj.weight", 2);
  const numLayers = countWhile((layer) => shapes.has(`${block(layer)}.attn.qkv.weight`));
  const queryNorm = shapes.get(`${block(0)}.attn.ln_q.weight`);
  const headDim = queryNorm?.[0] ?? mmditHeadDim;
  return {
    kind: "mmdit",
    sampleSize: 128,
    patchSize,
    inChannels: extent(table, "x_embedder.proj.weight", 1),
    outChannels: extent(table, "final_layer.linear.weight", 0) / patchSize ** 2,
    numLayers,
    headDim,
    numHeads: Math.max(1, Math.floor(width / headDim)),
    jointAttentionDim: extent(table, "context_embedder.weight", 1),
    pooledProjectionDim: extent(table, "y_embedder.mlp.0.weight", 1),
    posEmbedMaxSize: Math.round(Math.sqrt(extent(table, "pos_embed", 1))),
    dualAttentionLayers: Array.from({ length: numLayers }, (_, layer) => layer).filter((layer) =>
      shapes.has(`${block(layer)}.attn2.qkv.weight`),
    ),
    normalisesQueries: queryNorm !== undefined,
  };
}

/** A FLUX.1 transformer by Black Forest Labs' names (`double_blocks.…`). @throws AtelierError `weights`. */
export function inferFluxConfig(table: ShapeTable): FluxConfig {
  const { shapes } = table;
  const headDim = extent(table, "double_blocks.0.img_attn.norm.query_norm.scale", 0);
  const turned = (7 * headDim) / 16;
  return {
    kind: "flux",
    inChannels: extent(table, "img_in.weight", 1),
    outChannels: extent(table, "final_layer.linear.weight", 0),
    numLayers: countWhile((layer) => shapes.has(`double_blocks.${layer}.img_attn.qkv.weight`)),
    numSingleLayers: countWhile((layer) => shapes.has(`single_blocks.${layer}.linear1.weight`)),
    headDim,
    numHeads: Math.max(1, Math.floor(extent(table, "img_in.weight", 0) / headDim)),
    jointAttentionDim: extent(table, "txt_in.weight", 1),
    pooledProjectionDim: extent(table, "vector_in.in_layer.weight", 1),
    guidanceEmbeds: shapes.has("guidance_in.in_layer.weight"),
    axesDimsRope: [headDim - 2 * turned, turned, turned],
  };
}
