/**
 * @file Attention of one or more streams of tokens (a picture's, a text's), each with its own projections, to all of
 * them together (Esser et al. 2024, section 4), named as diffusers' `Attention` with added projections.
 */

import {
  attention,
  checkpoint,
  concat,
  type GraphNode,
  nn,
  reshape,
  type Weights,
} from "@atelier/engine";
import { type Rotation, rotate } from "./rotary.js";

/** What a stream's layers are called. */
export interface StreamNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly queryNorm: string;
  readonly keyNorm: string;
}

/** Of a picture's tokens, or of the only ones. */
export const ownNames: StreamNames = {
  query: "to_q",
  key: "to_k",
  value: "to_v",
  queryNorm: "norm_q",
  keyNorm: "norm_k",
};

/** Of a text's tokens beside a picture's. */
export const addedNames: StreamNames = {
  query: "add_q_proj",
  key: "add_k_proj",
  value: "add_v_proj",
  queryNorm: "norm_added_q",
  keyNorm: "norm_added_k",
};

/** Tokens `[batch, tokens, width]`. */
export interface Stream {
  readonly x: GraphNode;
  readonly names: StreamNames;
  /** Where they stand, for models with rotary positions. */
  readonly rotation?: Rotation | undefined;
}

/** What all streams of an attention share. */
export interface StreamAttentionOptions {
  readonly heads: number;
  /** Whether queries and keys are normalised, head by head. */
  readonly normalises: boolean;
  /** Whether norms, rotations and the attention itself are computed again in the backward pass. */
  readonly recompute: boolean;
}

/** What all streams, one after another, have heard of all, before their last projections: `[batch, tokens, width]`. */
export function streamAttention(
  weights: Weights,
  streams: readonly Stream[],
  { heads, normalises, recompute }: StreamAttentionOptions,
): GraphNode {
  const placed = (norm: "queryNorm" | "keyNorm", projected: readonly GraphNode[]): GraphNode[] =>
    projected.map((x, index) => {
      const stream = streams[index];
      if (stream === undefined || !normalises) return x;
      return place(weights.scope(stream.names[norm]), x, { heads, rotation: stream.rotation });
    });
  const attend = (...projected: readonly GraphNode[]): GraphNode => {
    const count = streams.length;
    const queries = placed("queryNorm", projected.slice(0, count));
    const keys = placed("keyNorm", projected.slice(count, 2 * count));
    const values = projected.slice(2 * count);
    return attention(concat(queries, 1), concat(keys, 1), concat(values, 1), { heads });
  };
  const projected = (["query", "key", "value"] as const).flatMap((projection) =>
    streams.map(({ x, names }) =>
      nn.linear(weights.scope(names[projection]), x, x.shape.at(-1) ?? 0),
    ),
  );
  // Without norms what goes into the attention is as large as what it is made of.
  return recompute && normalises ? checkpoint(attend, projected) : attend(...projected);
}

/** Normalised heads, turned by where their token stands. */
function place(
  weights: Weights,
  x: GraphNode,
  { heads, rotation }: { readonly heads: number; readonly rotation: Rotation | undefined },
): GraphNode {
  const [batch = 0, tokens = 0, width = 0] = x.shape;
  const split = reshape(x, [batch, tokens, heads, width / heads]);
  const normed = nn.rmsNorm(weights, split, 1e-6);
  return reshape(rotation === undefined ? normed : rotate(normed, rotation), x.shape);
}
