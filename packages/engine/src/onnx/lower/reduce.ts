/** @file Reductions. */

import type { ReduceAttributes } from "../../graph/op-attributes.js";
import { direct, type Lowering, type Lowerings, operands } from "../lowering.js";

const alongAxes =
  <K extends "sum" | "mean" | "max">(opType: string): Lowering<K> =>
  (node, context) => {
    const { axes, keepDims } = node.attributes;
    const inputs = node.inputs.map((input) => context.nameOf(input));
    return context.emit(opType, [...inputs, context.integers(axes)], {
      attributes: { keepdims: { int: keepDims ? 1 : 0 }, noop_with_empty_axes: { int: 1 } },
    });
  };

export const reduceLowerings: Lowerings<keyof ReduceAttributes> = {
  sum: alongAxes("ReduceSum"),
  mean: alongAxes("ReduceMean"),
  max: alongAxes("ReduceMax"),
  sumSquares: direct("ReduceSumSquare", { attributes: { keepdims: { int: 0 } } }),
  argmax: (node, context) =>
    context.emit("ArgMax", operands(node, context), {
      attributes: { axis: { int: node.attributes.axis }, keepdims: { int: 0 } },
    }),
  softmax: direct("Softmax", { attributes: { axis: { int: -1 } } }),
};
