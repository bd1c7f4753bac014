/** @file Rearrangements. */

import { dtypes } from "../../dtype.js";
import { inputAt } from "../../graph/node.js";
import type { MovementAttributes } from "../../graph/op-attributes.js";
import { tensorOfNumbers } from "../../tensor.js";
import { direct, type Lowerings, operands } from "../lowering.js";

export const movementLowerings: Lowerings<keyof MovementAttributes> = {
  reshape: (node, context) =>
    context.emit("Reshape", [...operands(node, context), context.integers(node.shape)]),
  transpose: (node, context) =>
    context.emit("Transpose", operands(node, context), {
      attributes: { perm: { ints: node.attributes.permutation } },
    }),
  broadcast: (node, context) =>
    context.emit("Expand", [...operands(node, context), context.integers(node.shape)]),
  slice(node, context) {
    const { starts, sizes } = node.attributes;
    const x = inputAt(node.inputs, 0, "slice");
    const axes = x.shape.flatMap((extent, axis) => (sizes[axis] === extent ? [] : [axis]));
    const pick = (values: readonly number[]): string =>
      context.integers(axes.map((axis) => values[axis] ?? 0));
    const ends = starts.map((start, axis) => start + (sizes[axis] ?? 0));
    return context.emit("Slice", [
      ...operands(node, context),
      pick(starts),
      pick(ends),
      context.integers(axes),
    ]);
  },
  concat: (node, context) =>
    context.emit("Concat", operands(node, context), {
      attributes: { axis: { int: node.attributes.axis } },
    }),
  pad: (node, context) =>
    context.emit("Pad", [
      ...operands(node, context),
      context.integers([...node.attributes.before, ...node.attributes.after]),
    ]),
  gatherRows: direct("Gather", { attributes: { axis: { int: 0 } } }),
  scatterAddRows(node, context) {
    const indices = inputAt(node.inputs, 0, "scatterAddRows");
    const [given = "", updates = ""] = operands(node, context);
    const zero = context.constant(tensorOfNumbers([0], [], node.dtype));
    const table = context.emit("Expand", [zero, context.integers(node.shape)]);
    const columns = context.emit("Reshape", [given, context.integers([...indices.shape, 1])]);
    // The operator takes indices of 64 bits alone.
    const attributes = { to: { int: dtypes.int64.onnx } };
    const places = context.computesInt64
      ? columns
      : context.emit("Cast", [columns], { attributes });
    return context.emit("ScatterND", [table, places, updates], {
      attributes: { reduction: { string: "add" } },
    });
  },
  upsampleNearest(node, context) {
    const { scale } = node.attributes;
    const scales = context.constant(tensorOfNumbers([1, 1, scale, scale], [4], "float32"));
    return context.emit("Resize", [...operands(node, context), "", scales], {
      attributes: {
        mode: { string: "nearest" },
        coordinate_transformation_mode: { string: "asymmetric" },
        nearest_mode: { string: "floor" },
      },
    });
  },
};
