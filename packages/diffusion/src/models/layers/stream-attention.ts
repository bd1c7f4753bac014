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
  /** Whether norms and rotations are computed again in the backward pass. */
  readonly recompute: boolean;
}

/** What all streams, one after another, have heard of all, before their last projections: `[batch, tokens, width]`. */
export function streamAttention(
  weights: Weights,
  streams: readonly Stream[],
  options: StreamAttentionOptions,
): GraphNode {
  const queries = together(weights, streams, { projection: "query", norm: "queryNorm" }, options);
  const keys = together(weights, streams, { projection: "key", norm: "keyNorm" }, options);
  const values = streams.map(({ x, names }) => project(weights, x, names.value));
  return attention(queries, keys, concat(values, 1), { heads: options.heads });
}

/** Queries or keys of all streams, one after another. */
function together(
  weights: Weights,
  streams: readonly Stream[],
  {
    projection,
    norm,
  }: { readonly projection: "query" | "key"; readonly norm: "queryNorm" | "keyNorm" },
  { heads, normalises, recompute }: StreamAttentionOptions,
): GraphNode {
  const projected = streams.map(({ x, names }) => project(weights, x, names[projection]));
  const finish = (...all: readonly GraphNode[]): GraphNode => {
    const finished = all.map((x, index) => {
      const stream = streams[index];
      if (stream === undefined || !normalises) return x;
      return placed(weights.scope(stream.names[norm]), x, { heads, rotation: stream.rotation });
    });
    return concat(finished, 1);
  };
  return recompute && normalises ? checkpoint(finish, projected) : finish(...projected);
}

function project(weights: Weights, x: GraphNode, name: string): GraphNode {
  return nn.linear(weights.scope(name), x, x.shape.at(-1) ?? 0);
}

/** Normalised heads, turned by where their token stands. */
function placed(
  weights: Weights,
  x: GraphNode,
  { heads, rotation }: { readonly heads: number; readonly rotation: Rotation | undefined },
): GraphNode {
  const [batch = 0, tokens = 0, width = 0] = x.shape;
  const split = reshape(x, [batch, tokens, heads, width / heads]);
  const normed = nn.rmsNorm(weights, split, 1e-6);
  return reshape(rotation === undefined ? normed : rotate(normed, rotation), x.shape);
}
