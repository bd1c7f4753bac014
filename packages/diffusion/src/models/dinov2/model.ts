/**
 * @file `Dinov2Model` of transformers as a graph (Oquab et al. 2023, arXiv 2304.07193): a vision transformer that
 * learned from pictures alone. Parameters bear the names of released checkpoints.
 */

import {
  add,
  attention,
  type GraphNode,
  gelu,
  mul,
  narrow,
  nn,
  silu,
  type Weights,
} from "@atelier/engine";
import { firstToken, patchTokens, withClassToken } from "../layers/patch-tokens.js";
import { requireShape } from "../layers/require-shape.js";
import type { Dinov2Config } from "./config.js";
import { resizePositions } from "./position-embeddings.js";

/** What is seen. */
export interface Dinov2Outputs {
  /** Of the picture as a whole and of its patches, each with its position, before the first layer. */
  readonly embeddings: GraphNode;
  /** Of the picture as a whole and of its patches, normalised `[batch, 1 + patches, hiddenSize]`. */
  readonly lastHiddenState: GraphNode;
  /** Of the picture as a whole: the first of these `[batch, hiddenSize]`. */
  readonly pooledOutput: GraphNode;
}

/**
 * States of prepared pictures `[batch, 3, height, width]` of any size; what is left of whole patches at the right and
 * below is not seen.
 */
export function dinov2(config: Dinov2Config, weights: Weights, pictures: GraphNode): Dinov2Outputs {
  requireShape("dinov2 pictures", pictures, ["batch", 3, "height", "width"]);
  const embeddings = embedPatches(config, weights.scope("embeddings"), pictures);
  let x = embeddings;
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    x = encoderLayer(config, weights.scope(`encoder.layer.${layer}`), x);
  }
  const lastHiddenState = nn.layerNorm(weights.scope("layernorm"), x, config.layerNormEps);
  return { embeddings, lastHiddenState, pooledOutput: firstToken(lastHiddenState) };
}

function embedPatches(
  { hiddenSize, patchSize, imageSize }: Dinov2Config,
  weights: Weights,
  pictures: GraphNode,
): GraphNode {
  const options = { width: hiddenSize, patchSize, bias: true };
  const patches = patchTokens(weights.scope("patch_embeddings.projection"), pictures, options);
  const tokens = withClassToken(weights.get("cls_token", [1, 1, hiddenSize]), patches);
  const patchesOf = (extent: number): number => Math.floor(extent / patchSize);
  const side = patchesOf(imageSize);
  const table = weights.get("position_embeddings", [1, 1 + side ** 2, hiddenSize]);
  const [, , height = 0, width = 0] = pictures.shape;
  const grid = { rows: patchesOf(height), columns: patchesOf(width) };
  return add(tokens, resizePositions(table, side, grid));
}

/** A pre-norm layer of x `[batch, tokens, hiddenSize]` whose two changes are scaled (Touvron et al. 2021). */
function encoderLayer(config: Dinov2Config, weights: Weights, x: GraphNode): GraphNode {
  const { hiddenSize, layerNormEps } = config;
  const norm = (name: string, of: GraphNode): GraphNode =>
    nn.layerNorm(weights.scope(name), of, layerNormEps);
  const scaled = (name: string, change: GraphNode): GraphNode =>
    mul(change, weights.scope(name).get("lambda1", [hiddenSize]));
  const mixed = selfAttention(config, weights.scope("attention"), norm("norm1", x));
  const told = add(x, scaled("layer_scale1", mixed));
  const inner = feedForward(config, weights.scope("mlp"), norm("norm2", told));
  return add(told, scaled("layer_scale2", inner));
}

function selfAttention(
  { hiddenSize, numAttentionHeads: heads, qkvBias: bias }: Dinov2Config,
  weights: Weights,
  x: GraphNode,
): GraphNode {
  const project = (name: string): GraphNode =>
    nn.linear(weights.scope(`attention.${name}`), x, hiddenSize, { bias });
  const mixed = attention(project("query"), project("key"), project("value"), { heads });
  return nn.linear(weights.scope("output.dense"), mixed, hiddenSize);
}

function feedForward(
  { hiddenSize, intermediateSize, useSwiGlu }: Dinov2Config,
  weights: Weights,
  x: GraphNode,
): GraphNode {
  if (!useSwiGlu) {
    const inner = gelu(nn.linear(weights.scope("fc1"), x, intermediateSize));
    return nn.linear(weights.scope("fc2"), inner, hiddenSize);
  }
  const both = nn.linear(weights.scope("weights_in"), x, 2 * intermediateSize);
  const half = (start: number): GraphNode => narrow(both, 2, start, intermediateSize);
  const gated = mul(silu(half(0)), half(intermediateSize));
  return nn.linear(weights.scope("weights_out"), gated, hiddenSize);
}
