/** @file Pictures as tokens of a vision transformer (Dosovitskiy et al. 2021): patches behind a token for the whole. */

import {
  broadcast,
  concat,
  type GraphNode,
  narrow,
  nn,
  reshape,
  type Weights,
} from "@atelier/engine";
import { mapToTokens } from "./feature-map.js";

/** How a picture is cut. */
export interface PatchOptions {
  readonly width: number;
  readonly patchSize: number;
  readonly bias: boolean;
}

/**
 * Tokens `[batch, rows · columns, width]` of the whole patches of pictures `[batch, 3, height, width]`, row by row.
 */
export function patchTokens(
  weights: Weights,
  pictures: GraphNode,
  { width, patchSize, bias }: PatchOptions,
): GraphNode {
  const options = { kernel: patchSize, stride: patchSize, bias };
  return mapToTokens(nn.conv(weights, pictures, width, options));
}

/** Tokens `[batch, tokens, width]` behind one that is the same for all pictures, of `width` elements. */
export function withClassToken(classToken: GraphNode, tokens: GraphNode): GraphNode {
  const [batch = 0, , width = 0] = tokens.shape;
  return concat([broadcast(reshape(classToken, [1, 1, width]), [batch, 1, width]), tokens], 1);
}

/** The first token of each row: tokens `[batch, tokens, width]` to `[batch, width]`. */
export function firstToken(tokens: GraphNode): GraphNode {
  const [batch = 0, , width = 0] = tokens.shape;
  return reshape(narrow(tokens, 1, 0, 1), [batch, width]);
}
