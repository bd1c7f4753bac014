/** @file Feature maps as rows of tokens, which is how attention reads them, and back. */

import { type GraphNode, reshape, type Shape, transpose } from "@atelier/engine";

/** `[batch, channels, height, width]` to `[batch, height·width, channels]`. */
export function mapToTokens(map: GraphNode): GraphNode {
  const [batch = 0, channels = 0] = map.shape;
  return transpose(reshape(map, [batch, channels, -1]), [0, 2, 1]);
}

/** `[batch, height·width, channels]` to a map of the given shape. */
export function tokensToMap(tokens: GraphNode, shape: Shape): GraphNode {
  return reshape(transpose(tokens, [0, 2, 1]), shape);
}
