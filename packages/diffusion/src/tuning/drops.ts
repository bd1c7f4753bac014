/**
 * @file What training leaves out of adapters at random: elements of the input, parts of the rank, or a
 * whole layer's adapter. Graph inputs hold uniform numbers, so that the same numbers leave out the
 * same and runs can be repeated and resumed.
 */

import {
  add,
  cast,
  floor,
  type GraphNode,
  greater,
  input,
  mul,
  narrow,
  reshape,
  type Shape,
  sizeOf,
  sub,
} from "@atelier/engine";
import type { Drops } from "./methods/adapter-method.js";

/** Probabilities, 0 by default. */
export interface DropShares {
  /** That an element of the adapter's input is dropped. */
  readonly input?: number;
  /** That one of the rank's dimensions (LoRA, DoRA, per sample) or an output (LoHa, LoKr) is. */
  readonly rank?: number;
  /** That a layer's adapter takes no part in a step. */
  readonly module?: number;
}

const prefixes = { input: "dropout:", rank: "dropout:rank:", module: "dropout:module:" } as const;

/** Name of the graph input that decides what is dropped in a layer at a step. */
export const dropoutInputName = (module: string, what: keyof typeof prefixes = "input"): string =>
  `${prefixes[what]}${module}`;

/** Whether a graph input is one of those. */
export const isDropoutInput = (name: string): boolean => name.startsWith(prefixes.input);

/** What is dropped in a layer. */
export function dropsOf(module: string, shares: DropShares = {}): Drops {
  const { input: inputs = 0, rank = 0, module: whole = 0 } = shares;
  return {
    input: (x) => (inputs === 0 ? x : dropped(x, inputs, module)),
    rank(shape) {
      if (rank === 0) return undefined;
      const keep = kept(input(dropoutInputName(module, "rank"), shape), rank);
      return mul(keep, 1 / (1 - rank));
    },
    // As in kohya's trainer, layers that stay are not scaled up.
    module: whole === 0 ? undefined : kept(input(dropoutInputName(module, "module"), []), whole),
  };
}

const kept = (uniform: GraphNode, probability: number): GraphNode =>
  cast(greater(uniform, probability), "float32");

/**
 * Inverted dropout (Srivastava et al. 2014). An element is kept where a hash of its row's and its
 * column's random number exceeds p: rows + columns numbers per step instead of rows · columns.
 */
function dropped(x: GraphNode, probability: number, module: string): GraphNode {
  const width = x.shape.at(-1) ?? 1;
  const rows = sizeOf(x.shape) / width;
  const uniform = input(dropoutInputName(module), [rows + width, 1]);
  const row = narrow(uniform, 0, 0, rows);
  const column = reshape(narrow(uniform, 0, rows, width), [1, width]);
  const mixed = mul(mul(add(row, 1), add(column, 1)), 4099);
  const hash = sub(mixed, floor(mixed));
  const keep = cast(greater(hash, probability), x.dtype);
  return mul(x, mul(reshape(keep, x.shape), 1 / (1 - probability)));
}
