/** @file Multi-head attention with its four projections, named as diffusers' `Attention`. */

import { attention, type GraphNode, nn, type Weights } from "@atelier/engine";

/** Heads and biases of an attention layer. */
export interface AttentionLayerOptions {
  readonly heads: number;
  /** Whether `to_q`, `to_k` and `to_v` have a bias; `to_out.0` always has one. */
  readonly bias?: boolean;
}

/**
 * Queries from x `[batch, tokens, width]`, keys and values from context `[batch, keys, any]`
 * (x itself for self-attention); the result is shaped like x.
 */
export function attentionLayer(
  weights: Weights,
  { x, context = x }: { readonly x: GraphNode; readonly context?: GraphNode },
  { heads, bias = false }: AttentionLayerOptions,
): GraphNode {
  const width = x.shape.at(-1) ?? 0;
  const query = nn.linear(weights.scope("to_q"), x, width, { bias });
  const key = nn.linear(weights.scope("to_k"), context, width, { bias });
  const value = nn.linear(weights.scope("to_v"), context, width, { bias });
  return nn.linear(weights.scope("to_out.0"), attention(query, key, value, { heads }), width);
}
