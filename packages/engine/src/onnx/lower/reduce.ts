/** @file Reductions. */

import { dtypes } from "../../dtype.js";
import { inputAt, type NodeOf } from "../../graph/node.js";
import type { ReduceAttributes } from "../../graph/op-attributes.js";
import { sizeOf } from "../../shape.js";
import { floatTensor, tensorOfNumbers } from "../../tensor.js";
import {
  direct,
  type Lowering,
  type LoweringContext,
  type Lowerings,
  operands,
} from "../lowering.js";
import { typeOnDevice } from "../narrow-integers.js";

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
    context.computesInt64
      ? context.emit("ArgMax", operands(node, context), {
          attributes: { axis: { int: node.attributes.axis }, keepdims: { int: 0 } },
        })
      : composedArgmax(node, context),
  softmax: direct("Softmax", { attributes: { axis: { int: -1 } } }),
};

/** Where the first of the largest numbers is: of the places of all of them, the farthest from the end. */
function composedArgmax(node: NodeOf<"argmax">, context: LoweringContext): string {
  const { axis } = node.attributes;
  const { shape } = inputAt(node.inputs, 0, "argmax");
  const [x = ""] = operands(node, context);
  const largest = (of: string, keepdims: 0 | 1): string =>
    context.emit("ReduceMax", [of, context.integers([axis])], {
      attributes: { keepdims: { int: keepdims } },
    });
  const size = shape[axis] ?? 0;
  const places = Array.from({ length: size }, (_, place) => size - place);
  const extents = shape.slice(axis).map((_, i) => (i === 0 ? size : 1));
  const fromEnd = context.constant(floatTensor(places, extents));
  const [none, all] = [0, size].map((value) => context.constant(floatTensor([value], [])));
  const marked = context.emit("Equal", [x, largest(x, 1)]);
  const first = largest(context.emit("Where", [marked, fromEnd, none ?? ""]), 0);
  const attributes = { to: { int: dtypes[typeOnDevice(node.dtype, context)].onnx } };
  return context.emit("Cast", [context.emit("Sub", [all ?? "", first])], { attributes });
}

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
