/** @file Reductions. */

import type { NodeOf } from "../../graph/node.js";
import type { ReduceAttributes } from "../../graph/op-attributes.js";
import { sizeOf } from "../../shape.js";
import { tensorOfNumbers } from "../../tensor.js";
import {
  direct,
  type Lowering,
  type LoweringContext,
  type Lowerings,
  operands,
} from "../lowering.js";

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
  sum: (node, context) =>
    wholeSum(node, context, "ReduceSum") ?? alongAxes<"sum">("ReduceSum")(node, context),
  mean: alongAxes("ReduceMean"),
  max: alongAxes("ReduceMax"),
  sumSquares: (node, context) =>
    wholeSum(node, context, "ReduceSumSquare") ??
    direct("ReduceSumSquare", { attributes: { keepdims: { int: 0 } } })(node, context),
  argmax: (node, context) =>
    context.emit("ArgMax", operands(node, context), {
      attributes: { axis: { int: node.attributes.axis }, keepdims: { int: 0 } },
    }),
  softmax: direct("Softmax", { attributes: { axis: { int: -1 } } }),
};

/** Numbers that are added one after the other: of four million so many roundings make 2·10⁻⁴. */
const partSize = 2048;

/**
 * The sum of all numbers of a tensor as the sum of those of its parts, where there are many; else nothing. ONNX Runtime adds
 * them one after the other.
 */
function wholeSum(
  node: NodeOf<"sum"> | NodeOf<"sumSquares">,
  context: LoweringContext,
  opType: "ReduceSum" | "ReduceSumSquare",
): string | undefined {
  const [of] = node.inputs;
  const size = sizeOf(of?.shape ?? []);
  if (size <= partSize || sizeOf(node.shape) !== 1) return undefined;
  const [x = ""] = operands(node, context);
  const rows = Math.ceil(size / partSize);
  const flat = context.emit("Reshape", [x, context.integers([size])]);
  const zero = context.constant(tensorOfNumbers([0], [], node.dtype));
  const missing = rows * partSize - size;
  const filled =
    missing === 0 ? flat : context.emit("Pad", [flat, context.integers([0, missing]), zero]);
  const parts = context.emit("Reshape", [filled, context.integers([rows, partSize])]);
  const attributes = { keepdims: { int: 0 } };
  const sums = context.emit(opType, [parts, context.integers([1])], { attributes });
  const all = context.emit("ReduceSum", [sums, context.integers([0])], { attributes });
  return context.emit("Reshape", [all, context.integers(node.shape)]);
}
