/** @file What a gradient rule is, and the few combinators that most rules are made of. */

import type { GraphNode, NodeOf } from "../graph/node.js";
import type { OpKind } from "../graph/op-attributes.js";
import { reshape } from "../graph/ops/movement.js";
import { sum } from "../graph/ops/reduce.js";
import { type Shape, sizeOf } from "../shape.js";

/**
 * The cotangent of one input, built only when asked for; `undefined` where no gradient flows
 * (integers, comparisons, steps).
 */
export type InputGradient = (() => GraphNode) | undefined;

/** From a node and the cotangent of its output to the cotangents of its inputs. */
export type GradientRule<K extends OpKind> = (
  node: NodeOf<K>,
  cotangent: GraphNode,
) => readonly InputGradient[];

/** Rules of some operations. */
export type GradientRules<K extends OpKind> = { readonly [P in K]: GradientRule<P> };

/** The rule of an operation through which no gradient flows. */
export const notDifferentiable = (): readonly InputGradient[] => [];

/** Sums a cotangent over the axes that broadcasting added or repeated. */
export function unbroadcast(cotangent: GraphNode, shape: Shape): GraphNode {
  const added = cotangent.shape.length - shape.length;
  const axes = cotangent.shape.flatMap((extent, axis) =>
    axis < added || (shape[axis - added] === 1 && extent !== 1) ? [axis] : [],
  );
  if (axes.length === 0) return reshape(cotangent, shape);
  // Where only leading axes were added, the sum already has the shape.
  const keepDims = axes.some((axis) => axis >= added);
  return reshape(sum(cotangent, { axes, keepDims }), shape);
}

/** All axes but the last in one: `[…, n]` to `[rows, n]`. */
export function flattenRows(x: GraphNode): GraphNode {
  const columns = x.shape.at(-1) ?? 1;
  return reshape(x, [sizeOf(x.shape) / columns, columns]);
}

/** Runs a computation once, at its first use: for work that several inputs' gradients share. */
export function once<T>(compute: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}
