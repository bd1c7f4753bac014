/** @file The feed-forward of a transformer's block with GELU, named as diffusers' `FeedForward`. */

import { type GraphNode, geluTanh, nn, type Weights } from "@atelier/engine";

/** Inner width of a feed-forward, in widths of the model. */
export const feedForwardRatio = 4;

/** Tokens `[batch, tokens, width]` to the same shape. */
export function geluFeedForward(weights: Weights, x: GraphNode): GraphNode {
  const width = x.shape.at(-1) ?? 0;
  const inner = nn.linear(weights.scope("net.0.proj"), x, feedForwardRatio * width);
  return nn.linear(weights.scope("net.2"), geluTanh(inner), width);
}
