/**
 * @file `CLIPVisionModelWithProjection` of transformers as a graph (Radford et al. 2021, arXiv 2103.00020): the half of
 * CLIP that sees. Parameters bear the names of released checkpoints, one of which lacks a letter.
 */

import { add, attention, type GraphNode, nn, type Weights } from "@atelier/engine";
import { clipLayer } from "../layers/clip-layer.js";
import { firstToken, patchTokens, withClassToken } from "../layers/patch-tokens.js";
import { requireShape } from "../layers/require-shape.js";
import type { ClipVisionConfig } from "./config.js";

/** What is seen. */
export interface ClipVisionOutputs {
  /** Of the picture as a whole and of its patches `[batch, 1 + patches, hiddenSize]`, not normalised. */
  readonly lastHiddenState: GraphNode;
  /** Of the picture as a whole, normalised `[batch, hiddenSize]`. */
  readonly pooledOutput: GraphNode;
  /** The pooled output in the space that is shared with texts `[batch, projectionDim]`. */
  readonly imageEmbeds: GraphNode;
}

/**
 * States of prepared pictures `[batch, 3, imageSize, imageSize]`.
 * @throws AtelierError `shape` for pictures of another size.
 */
export function clipVision(
  config: ClipVisionConfig,
  weights: Weights,
  pictures: GraphNode,
): ClipVisionOutputs {
  const { hiddenSize, imageSize, layerNormEps } = config;
  requireShape("clip pictures", pictures, ["batch", 3, imageSize, imageSize]);
  const scope = weights.scope("vision_model");
  const norm = (name: string, x: GraphNode): GraphNode =>
    nn.layerNorm(scope.scope(name), x, layerNormEps);
  const attend = (layer: Weights, x: GraphNode): GraphNode => {
    const project = (name: string, of: GraphNode): GraphNode =>
      nn.linear(layer.scope(name), of, hiddenSize);
    const [query, key, value] = [project("q_proj", x), project("k_proj", x), project("v_proj", x)];
    const mixed = attention(query, key, value, { heads: config.numAttentionHeads });
    return project("out_proj", mixed);
  };
  let x = norm("pre_layrnorm", embedPatches(config, scope.scope("embeddings"), pictures));
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    x = clipLayer(config, scope.scope(`encoder.layers.${layer}`), attend)(x);
  }
  const pooledOutput = norm("post_layernorm", firstToken(x));
  const projection = weights.scope("visual_projection");
  return {
    lastHiddenState: x,
    pooledOutput,
    imageEmbeds: nn.linear(projection, pooledOutput, config.projectionDim, { bias: false }),
  };
}

function embedPatches(
  { hiddenSize, patchSize }: ClipVisionConfig,
  weights: Weights,
  pictures: GraphNode,
): GraphNode {
  const options = { width: hiddenSize, patchSize, bias: false };
  const patches = patchTokens(weights.scope("patch_embedding"), pictures, options);
  const tokens = withClassToken(weights.get("class_embedding", [hiddenSize]), patches);
  const positions = weights.scope("position_embedding");
  return add(tokens, positions.get("weight", [tokens.shape[1] ?? 0, hiddenSize]));
}
