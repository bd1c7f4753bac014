/** @file Rearranging elements without arithmetic (scatter and its sum excepted). */

import { AtelierError, said } from "../../errors.js";
import {
  broadcastShapes,
  formatShape,
  normalizeAxis,
  type Shape,
  sameShape,
  sizeOf,
} from "../../shape.js";
import {
  formatType,
  type GraphNode,
  inputAt,
  type NodeFactory,
  nodeFactory,
  type OpFamily,
  requireRank,
  requireSameDType,
} from "../node.js";
import type { MovementAttributes } from "../op-attributes.js";

type Kind = keyof MovementAttributes;

export const movementOps: OpFamily<Kind> = {
  reshape: {
    infer(inputs, { shape }) {
      const x = inputAt(inputs, 0, "reshape");
      const isWhole = shape.every((extent) => Number.isInteger(extent) && extent >= 0);
      if (isWhole && sizeOf(x.shape) === sizeOf(shape)) return { shape, dtype: x.dtype };
      throw new AtelierError(
        "shape",
        said`reshape: expected whole extents that hold ${sizeOf(x.shape)} elements for ${formatType(x)}, got ${formatShape(shape)}.`,
      );
    },
  },
  transpose: {
    infer(inputs, { permutation }) {
      const x = inputAt(inputs, 0, "transpose");
      const sorted = [...permutation].sort((a, b) => a - b);
      if (sorted.length !== x.shape.length || sorted.some((axis, i) => axis !== i)) {
        throw new AtelierError(
          "shape",
          said`transpose: expected a permutation of the axes of ${formatType(x)}, got [${permutation.join(", ")}].`,
        );
      }
      return { shape: permutation.map((axis) => x.shape[axis] ?? 0), dtype: x.dtype };
    },
  },
  broadcast: {
    infer(inputs, { shape }) {
      const x = inputAt(inputs, 0, "broadcast");
      if (sameShape(broadcastShapes("broadcast", x.shape, shape), shape)) {
        return { shape, dtype: x.dtype };
      }
      throw new AtelierError(
        "shape",
        said`broadcast: expected a shape that ${formatType(x)} broadcasts to, got ${formatShape(shape)}.`,
      );
    },
  },
  slice: {
    infer(inputs, { starts, sizes }) {
      const x = inputAt(inputs, 0, "slice");
      const inside = x.shape.every((extent, axis) => {
        const [start, size] = [starts[axis] ?? -1, sizes[axis] ?? 0];
        return start >= 0 && size >= 1 && start + size <= extent;
      });
      if (inside && starts.length === x.shape.length) return { shape: sizes, dtype: x.dtype };
      throw new AtelierError(
        "shape",
        said`slice: expected a box inside ${formatType(x)}, got start ${formatShape(starts)} and size ${formatShape(sizes)}.`,
      );
    },
  },
  concat: {
    infer(inputs, { axis }) {
      const dtype = requireSameDType("concat", inputs);
      const first = inputAt(inputs, 0, "concat");
      const others = (shape: Shape): Shape => shape.map((extent, i) => (i === axis ? 0 : extent));
      for (const node of inputs) {
        if (sameShape(others(node.shape), others(first.shape))) continue;
        throw new AtelierError(
          "shape",
          said`concat: expected shapes equal but for axis ${axis}, got ${inputs.map(formatType).join(", ")}.`,
        );
      }
      const extent = inputs.reduce((total, node) => total + (node.shape[axis] ?? 0), 0);
      return { shape: first.shape.map((e, i) => (i === axis ? extent : e)), dtype };
    },
  },
  pad: {
    infer(inputs, { before, after }) {
      const x = inputAt(inputs, 0, "pad");
      const rank = x.shape.length;
      const isCount = (extent: number): boolean => Number.isInteger(extent) && extent >= 0;
      const fits = before.length === rank && after.length === rank;
      if (!fits || ![...before, ...after].every(isCount)) {
        throw new AtelierError(
          "shape",
          said`pad: expected ${rank} counts of zeros on both sides of ${formatType(x)}, got ${formatShape(before)} and ${formatShape(after)}. Use slice to crop.`,
        );
      }
      const shape = x.shape.map((extent, i) => extent + (before[i] ?? 0) + (after[i] ?? 0));
      return { shape, dtype: x.dtype };
    },
  },
  gatherRows: {
    infer(inputs) {
      const [table, indices] = [inputAt(inputs, 0, "gatherRows"), inputAt(inputs, 1, "gatherRows")];
      if (indices.dtype !== "int64") {
        throw new AtelierError(
          "dtype",
          said`gatherRows: expected int64 indices, got ${formatType(indices)}.`,
        );
      }
      return { shape: [...indices.shape, ...table.shape.slice(1)], dtype: table.dtype };
    },
  },
  scatterAddRows: {
    infer(inputs, { rows }) {
      const where = "scatterAddRows";
      const [indices, updates] = [inputAt(inputs, 0, where), inputAt(inputs, 1, where)];
      const rank = indices.shape.length;
      if (!sameShape(updates.shape.slice(0, rank), indices.shape)) {
        throw new AtelierError(
          "shape",
          said`${where}: expected updates […indices, …], got ${formatType(indices)} and ${formatType(updates)}.`,
        );
      }
      return { shape: [rows, ...updates.shape.slice(rank)], dtype: updates.dtype };
    },
  },
  upsampleNearest: {
    infer(inputs, { scale }) {
      const x = inputAt(inputs, 0, "upsampleNearest");
      requireRank("upsampleNearest", x, 4);
      if (!Number.isInteger(scale) || scale < 1) {
        throw new AtelierError(
          "shape",
          said`upsampleNearest: expected a whole scale of at least 1 for ${formatType(x)}, got ${scale}.`,
        );
      }
      const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
      return { shape: [batch, channels, height * scale, width * scale], dtype: x.dtype };
    },
  },
};

const node: NodeFactory<Kind> = nodeFactory(movementOps);

/** The same elements in another shape; one extent may be −1. */
export function reshape(x: GraphNode, shape: Shape): GraphNode {
  const known = sizeOf(shape.filter((extent) => extent !== -1));
  const full = shape.map((extent) => (extent === -1 ? sizeOf(x.shape) / known : extent));
  if (sameShape(full, x.shape)) return x;
  // Only the last of several reshapes matters.
  const [source] = x.inputs;
  return x.kind === "reshape" && source !== undefined
    ? reshape(source, full)
    : node("reshape", [x], { shape: full });
}

/** Axes in another order. */
export function transpose(x: GraphNode, permutation: readonly number[]): GraphNode {
  return permutation.every((axis, i) => axis === i) && permutation.length === x.shape.length
    ? x
    : node("transpose", [x], { permutation });
}

/** Repeats extents of 1 to fill a shape. */
export function broadcast(x: GraphNode, shape: Shape): GraphNode {
  return sameShape(x.shape, shape) ? x : node("broadcast", [x], { shape });
}

/** A box: first index and extent per axis. */
export function slice(
  x: GraphNode,
  starts: readonly number[],
  sizes: readonly number[],
): GraphNode {
  const isWhole = sameShape(sizes, x.shape) && starts.every((start) => start === 0);
  return isWhole ? x : node("slice", [x], { starts, sizes });
}

/** `size` positions of one axis, from `start`. */
export function narrow(x: GraphNode, axis: number, start: number, size: number): GraphNode {
  const at = normalizeAxis("narrow", axis, x.shape.length);
  const starts = x.shape.map((_, i) => (i === at ? start : 0));
  return slice(
    x,
    starts,
    x.shape.map((extent, i) => (i === at ? size : extent)),
  );
}

/** Joins along an axis. */
export function concat(parts: readonly GraphNode[], axis: number): GraphNode {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return node("concat", parts, { axis: normalizeAxis("concat", axis, only?.shape.length ?? 0) });
}

/** Zeros before and after, per axis. */
export function pad(x: GraphNode, before: readonly number[], after: readonly number[]): GraphNode {
  return node("pad", [x], { before, after });
}

/** Rows of a table `[rows, …]` by int64 indices. */
export function gatherRows(table: GraphNode, indices: GraphNode): GraphNode {
  return node("gatherRows", [table, indices], {});
}

/** Adds updates into a zero table of `rows` rows; rows named twice receive both. */
export function scatterAddRows(indices: GraphNode, updates: GraphNode, rows: number): GraphNode {
  return node("scatterAddRows", [indices, updates], { rows });
}

/** Every pixel of `[batch, channels, height, width]` repeated `scale` times in both directions. */
export function upsampleNearest(x: GraphNode, scale: number): GraphNode {
  return node("upsampleNearest", [x], { scale });
}
