/** @file The transformer layer that both halves of CLIP are made of, named as `CLIPEncoderLayer`. */

import { add, type GraphNode, gelu, nn, quickGelu, type Weights } from "@atelier/engine";

/** Widths and activation of a layer. */
export interface ClipLayerConfig {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly hiddenAct: "quick_gelu" | "gelu";
  readonly layerNormEps: number;
}

/**
 * A pre-norm layer of x `[batch, tokens, hiddenSize]`.
 * @param attend the self-attention of the normalised x, and of what else the layer is called with: a mask
 */
export function clipLayer<Rest extends readonly GraphNode[]>(
  { hiddenSize, intermediateSize, hiddenAct, layerNormEps }: ClipLayerConfig,
  weights: Weights,
  attend: (weights: Weights, x: GraphNode, ...rest: Rest) => GraphNode,
): (x: GraphNode, ...rest: Rest) => GraphNode {
  const activate = hiddenAct === "gelu" ? gelu : quickGelu;
  return (x, ...rest) => {
    const seen = nn.layerNorm(weights.scope("layer_norm1"), x, layerNormEps);
    const told = add(x, attend(weights.scope("self_attn"), seen, ...rest));
    const normed = nn.layerNorm(weights.scope("layer_norm2"), told, layerNormEps);
    const inner = activate(nn.linear(weights.scope("mlp.fc1"), normed, intermediateSize));
    return add(told, nn.linear(weights.scope("mlp.fc2"), inner, hiddenSize));
  };
}
