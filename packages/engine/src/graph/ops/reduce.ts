/** @file Sums, extrema and softmax along axes. */

import { normalizeAxis, type Shape } from "../../shape.js";
import { type GraphNode, inputAt, type NodeFactory, nodeFactory, type OpFamily } from "../node.js";
import type { ReduceAttributes } from "../op-attributes.js";

type Kind = keyof ReduceAttributes;

function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  return keepDims
    ? shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent))
    : shape.filter((_, axis) => !axes.includes(axis));
}

export const reduceOps: OpFamily<Kind> = {
  sum: {
    infer(inputs, { axes, keepDims }) {
      const x = inputAt(inputs, 0, "sum");
      return { shape: reducedShape(x.shape, axes, keepDims), dtype: x.dtype };
    },
  },
  mean: {
    infer(inputs, { axes, keepDims }) {
      const x = inputAt(inputs, 0, "mean");
      return { shape: reducedShape(x.shape, axes, keepDims), dtype: x.dtype };
    },
  },
  max: {
    infer(inputs, { axes, keepDims }) {
      const x = inputAt(inputs, 0, "max");
      return { shape: reducedShape(x.shape, axes, keepDims), dtype: x.dtype };
    },
  },
  sumSquares: { infer: (inputs) => ({ shape: [], dtype: inputAt(inputs, 0, "sumSquares").dtype }) },
  argmax: {
    infer(inputs, { axis }) {
      return {
        shape: reducedShape(inputAt(inputs, 0, "argmax").shape, [axis], false),
        dtype: "int64",
      };
    },
  },
  softmax: { infer: (inputs) => inputAt(inputs, 0, "softmax") },
};

const node: NodeFactory<Kind> = nodeFactory(reduceOps);

/** Which axes to reduce (all by default) and whether they stay with extent 1. */
export interface ReduceOptions {
  readonly axes?: readonly number[];
  readonly keepDims?: boolean;
}

function axesOf(
  where: string,
  x: GraphNode,
  axes: readonly number[] | undefined,
): readonly number[] {
  const rank = x.shape.length;
  return axes === undefined
    ? x.shape.map((_, axis) => axis)
    : axes.map((axis) => normalizeAxis(where, axis, rank));
}

/** Sum along axes. */
export function sum(x: GraphNode, { axes, keepDims = false }: ReduceOptions = {}): GraphNode {
  return node("sum", [x], { axes: axesOf("sum", x, axes), keepDims });
}

/** Arithmetic mean along axes. */
export function mean(x: GraphNode, { axes, keepDims = false }: ReduceOptions = {}): GraphNode {
  return node("mean", [x], { axes: axesOf("mean", x, axes), keepDims });
}

/** Largest element along axes. */
export function max(x: GraphNode, { axes, keepDims = false }: ReduceOptions = {}): GraphNode {
  return node("max", [x], { axes: axesOf("max", x, axes), keepDims });
}

/** Σx² over all elements. */
export const sumSquares = (x: GraphNode): GraphNode => node("sumSquares", [x], {});

/** Index of the first largest element along an axis. */
export function argmax(x: GraphNode, axis: number): GraphNode {
  return node("argmax", [x], { axis: normalizeAxis("argmax", axis, x.shape.length) });
}

/** Softmax along the last axis. */
export const softmax = (x: GraphNode): GraphNode => node("softmax", [x], {});
