/** @file How far apart two tokens are, as T5 tells its attention: a bias by head and bucket of distances. */

import {
  constant,
  type GraphNode,
  gatherRows,
  intTensor,
  reshape,
  transpose,
  type Weights,
} from "@atelier/engine";
import type { T5Config } from "./config.js";

/** Added to the scores of every layer, `[1, heads, tokens, tokens]`; the first layer holds the table. */
export function positionBias(config: T5Config, weights: Weights, tokens: number): GraphNode {
  const { relativeAttentionNumBuckets: buckets, numHeads } = config;
  const table = weights.scope("relative_attention_bias").get("weight", [buckets, numHeads]);
  const places = Array.from({ length: tokens * tokens }, (_, i) =>
    bucketOf(config, (i % tokens) - Math.floor(i / tokens)),
  );
  const rows = gatherRows(table, constant(intTensor(places, [tokens, tokens])));
  return reshape(transpose(rows, [2, 0, 1]), [1, numHeads, tokens, tokens]);
}

/**
 * The bucket of a key so many tokens behind a query (below 0: before it). Half of the buckets are for either side;
 * of these half for single distances, and the others ever wider, in float32 as in PyTorch.
 */
export function bucketOf(
  {
    relativeAttentionNumBuckets,
    relativeAttentionMaxDistance: furthest,
  }: Pick<T5Config, "relativeAttentionNumBuckets" | "relativeAttentionMaxDistance">,
  offset: number,
): number {
  const side = relativeAttentionNumBuckets / 2;
  const single = side / 2;
  const first = offset > 0 ? side : 0;
  const distance = Math.abs(offset);
  if (distance < single) return first + distance;
  const logarithm = Math.fround(Math.log(Math.fround(distance / single)));
  const share = Math.fround(logarithm / Math.fround(Math.log(furthest / single)));
  const wider = single + Math.trunc(Math.fround(share * (side - single)));
  return first + Math.min(wider, side - 1);
}
