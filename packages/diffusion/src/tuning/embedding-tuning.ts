/**
 * @file Textual Inversion (Gal et al. 2022, arXiv 2208.01618): the vectors of one new word train, all
 * else stays. The word's rows lie behind the text encoder's table; the graph takes them from a
 * parameter of their own, so that no other row is ever touched and none of the table's size is
 * differentiated.
 */

import {
  type FloatTensor,
  floatTensor,
  gatherRows,
  greater,
  type LayerCall,
  maximum,
  parameter,
  reshape,
  sub,
  where,
} from "@atelier/engine";
import { type AdaptedComponent, textEncoderNames } from "../core/component-name.js";
import type { Tuning } from "./tuning.js";

/** The vectors of a new word in one text encoder. */
export interface EmbeddingTable {
  /** The layer that looks tokens up. */
  readonly layer: string;
  /** Of a token's vector. */
  readonly width: number;
}

/** A new word. */
export interface EmbeddingTuningOptions {
  /** What stands in captions. */
  readonly token: string;
  /** Id of its first vector; the others follow. */
  readonly firstRow: number;
  readonly vectors: number;
  /** The tables that it stands in. */
  readonly tables: ReadonlyMap<AdaptedComponent, EmbeddingTable>;
}

/** The name of the trained vectors `[vectors, width]` in graphs. */
export function embeddingParameter(token: string, encoder: AdaptedComponent): string {
  // A model's first encoder needs no telling apart.
  return encoder === textEncoderNames[0] ? `embedding:${token}` : `embedding:${encoder}:${token}`;
}

/** The training of a word's vectors. */
export function embeddingTuning(options: EmbeddingTuningOptions): Tuning {
  const { token, vectors, tables } = options;
  const encoders = [...tables.keys()];
  return {
    parameterNames: new Set(encoders.map((encoder) => embeddingParameter(token, encoder))),
    parameterCount: [...tables.values()].reduce((sum, { width }) => sum + vectors * width, 0),
    changes: (component) => tables.has(component),
    overlay: (component) => (call) => {
      const table = tables.get(component);
      return call.path === table?.layer ? lookUp(call, component, options) : call.y;
    },
  };
}

/** Ids from `firstRow` on find their vectors in the parameter, all others in the table. */
function lookUp(
  { x: ids, y }: LayerCall,
  encoder: AdaptedComponent,
  { token, firstRow, vectors, tables }: EmbeddingTuningOptions,
) {
  const width = tables.get(encoder)?.width ?? 0;
  const rows = parameter(embeddingParameter(token, encoder), [vectors, width]);
  const own = gatherRows(rows, maximum(sub(ids, firstRow), 0));
  const isOwn = reshape(greater(ids, firstRow - 1), [...ids.shape, 1]);
  return where(isOwn, own, y);
}

/** Vectors `[vectors, width]`, each no longer than a bound (L2); the same tensor where none is. */
export function limitNorms(rows: FloatTensor, bound: number): FloatTensor {
  const [, width = 0] = rows.shape;
  const norms = rowNorms(rows);
  if (norms.every((norm) => norm <= bound)) return rows;
  const data = rows.data.map((value, i) => {
    const norm = norms[Math.floor(i / width)] ?? 0;
    return norm > bound ? value * (bound / norm) : value;
  });
  return floatTensor(data, rows.shape);
}

/** L2 norms of the rows of a matrix. */
export function rowNorms({ data, shape }: FloatTensor): number[] {
  const [rows = 0, width = 0] = shape;
  return Array.from({ length: rows }, (_, row) =>
    Math.hypot(...data.subarray(row * width, (row + 1) * width)),
  );
}
