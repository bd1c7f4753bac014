/** @file Gradients of reductions: the cotangent spread back over the reduced axes. */

import { type GraphNode, inputAt } from "../../graph/node.js";
import type { ReduceAttributes } from "../../graph/op-attributes.js";
import { cast, div, equal, mul, sub } from "../../graph/ops/elementwise.js";
import { broadcast, reshape } from "../../graph/ops/movement.js";
import { sum } from "../../graph/ops/reduce.js";
import { sizeOf } from "../../shape.js";
import { type GradientRules, notDifferentiable } from "../rule.js";

/** A reduced value with the reduced axes back as extents of 1. */
function keepAxes(value: GraphNode, x: GraphNode, axes: readonly number[]): GraphNode {
  return reshape(
    value,
    x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)),
  );
}

export const reduceRules: GradientRules<keyof ReduceAttributes> = {
  sum({ inputs, attributes: { axes } }, g) {
    const x = inputAt(inputs, 0, "sum");
    return [() => broadcast(keepAxes(g, x, axes), x.shape)];
  },
  mean({ inputs, attributes: { axes } }, g) {
    const x = inputAt(inputs, 0, "mean");
    const count = sizeOf(axes.map((axis) => x.shape[axis] ?? 1));
    return [() => broadcast(keepAxes(mul(g, 1 / count), x, axes), x.shape)];
  },
  // Equal maxima share the cotangent evenly, as PyTorch's amax does.
  max(y, g) {
    const { axes } = y.attributes;
    const x = inputAt(y.inputs, 0, "max");
    return [
      () => {
        const hits = cast(equal(x, keepAxes(y, x, axes)), x.dtype);
        return mul(hits, div(keepAxes(g, x, axes), sum(hits, { axes, keepDims: true })));
      },
    ];
  },
  sumSquares({ inputs }, g) {
    const x = inputAt(inputs, 0, "sumSquares");
    return [() => mul(x, mul(g, 2))];
  },
  argmax: notDifferentiable,
  softmax(y, g) {
    return [
      () => {
        const weighted = mul(g, y);
        return sub(weighted, mul(y, sum(weighted, { axes: [-1], keepDims: true })));
      },
    ];
  },
};
