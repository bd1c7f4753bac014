/**
 * @file `SD3Transformer2DModel` of diffusers as a graph (Esser et al. 2024): Stable Diffusion 3 and 3.5. Parameters
 * bear the checkpoint's names.
 */

import {
  add,
  type GraphNode,
  narrow,
  nn,
  reshape,
  silu,
  transpose,
  type Weights,
} from "@atelier/engine";
import { type BlockOptions, recomputesActivations, runStreams } from "../layers/block-runner.js";
import { mapToTokens } from "../layers/feature-map.js";
import { jointBlock } from "../layers/joint-block.js";
import { continuousNorm } from "../layers/modulation.js";
import { timestepTextEmbedding } from "../layers/timestep-text-embedding.js";
import { type MmditConfig, mmditWidth } from "./config.js";
import { type MmditInputs, requireMmditInputs } from "./inputs.js";

/**
 * The predicted velocity `[batch, outChannels, height, width]` of noisy latents.
 * @throws AtelierError `shape` when the inputs do not fit the architecture.
 */
export function mmdit(
  config: MmditConfig,
  weights: Weights,
  inputs: MmditInputs,
  options: BlockOptions = {},
): GraphNode {
  requireMmditInputs(config, inputs);
  const { hiddenStates, timestep, encoderHiddenStates, pooledProjections: pooled } = inputs;
  const width = mmditWidth(config);
  const image = embedPatches(config, weights.scope("pos_embed"), hiddenStates);
  const time = { timestep, pooled };
  // Every block begins with this SiLU, so it is computed once.
  const told = silu(timestepTextEmbedding(weights.scope("time_text_embed"), time, width));
  const text = nn.linear(weights.scope("context_embedder"), encoderHiddenStates, width);
  const blockOptions = {
    heads: config.numHeads,
    normalises: config.normalisesQueries,
    recompute: recomputesActivations(options),
  };
  let streams = { text, image };
  for (let layer = 0; layer < config.numLayers; layer++) {
    if (options.skippedBlocks?.includes(layer) === true) continue;
    const scope = weights.scope(`transformer_blocks.${layer}`);
    const isDual = config.dualAttentionLayers.includes(layer);
    const isLast = layer === config.numLayers - 1;
    streams = runStreams(
      options,
      (both, about) => jointBlock(scope, both, about, { ...blockOptions, isDual, isLast }),
      { ...streams, told },
    );
  }
  const normed = continuousNorm(weights.scope("norm_out"), streams.image, told);
  const { patchSize, outChannels } = config;
  const patches = nn.linear(weights.scope("proj_out"), normed, patchSize ** 2 * outChannels);
  return patchesToMap(patches, hiddenStates, config);
}

/** Patches as tokens `[batch, rows · columns, width]`, with the middle of the table of positions. */
function embedPatches(config: MmditConfig, weights: Weights, latents: GraphNode): GraphNode {
  const { patchSize, posEmbedMaxSize: side } = config;
  const width = mmditWidth(config);
  const options = { kernel: patchSize, stride: patchSize };
  const map = nn.conv(weights.scope("proj"), latents, width, options);
  const [, , rows = 0, columns = 0] = map.shape;
  const table = reshape(weights.get("pos_embed", [1, side ** 2, width]), [side, side, width]);
  const start = (extent: number): number => Math.floor((side - extent) / 2);
  const middle = narrow(narrow(table, 0, start(rows), rows), 1, start(columns), columns);
  return add(mapToTokens(map), reshape(middle, [1, rows * columns, width]));
}

/** `[batch, rows · columns, patchSize · patchSize · channels]` to a map as high and wide as the latents. */
function patchesToMap(
  patches: GraphNode,
  latents: GraphNode,
  { patchSize, outChannels }: MmditConfig,
): GraphNode {
  const [batch = 0, , height = 0, width = 0] = latents.shape;
  const [rows, columns] = [height / patchSize, width / patchSize];
  const cells = reshape(patches, [batch, rows, columns, patchSize, patchSize, outChannels]);
  return reshape(transpose(cells, [0, 5, 1, 3, 2, 4]), [batch, outChannels, height, width]);
}
