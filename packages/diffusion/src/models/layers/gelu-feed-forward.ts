/** @file The feed-forward of a transformer's block with GELU, named as diffusers' `FeedForward`. */

import { checkpoint, type GraphNode, geluTanh, nn, type Weights } from "@atelier/engine";

/** Inner width of a feed-forward, in widths of the model. */
export const feedForwardRatio = 4;

/** Tokens `[batch, tokens, width]` to the same shape. @param recompute the activation in the backward pass */
export function geluFeedForward(weights: Weights, x: GraphNode, recompute: boolean): GraphNode {
  const width = x.shape.at(-1) ?? 0;
  const inner = nn.linear(weights.scope("net.0.proj"), x, feedForwardRatio * width);
  return nn.linear(weights.scope("net.2"), activated(inner, recompute), width);
}

/** GELU by tanh. @param recompute it in the backward pass */
export function activated(x: GraphNode, recompute: boolean): GraphNode {
  return recompute ? checkpoint(geluTanh, [x]) : geluTanh(x);
}
