/** @file Examples of reductions. */

import type { GraphNode } from "../../graph/node.js";
import type { ReduceAttributes } from "../../graph/op-attributes.js";
import {
  argmax,
  max,
  mean,
  type ReduceOptions,
  softmax,
  sum,
  sumSquares,
} from "../../graph/ops/reduce.js";
import { floats, type OpCase, type OpCases } from "../op-case.js";

/** One axis, several, all and none, kept and dropped. */
function alongAxes(
  name: string,
  reduce: (x: GraphNode, options?: ReduceOptions) => GraphNode,
): readonly [OpCase, ...OpCase[]] {
  const of = (label: string, options?: ReduceOptions): OpCase => ({
    name: `${name} ${label}`,
    operands: floats([2, 3, 4]),
    build: (x) => reduce(x, options),
  });
  return [
    of("over all axes"),
    of("over all axes kept", { keepDims: true }),
    of("over the first axis", { axes: [0] }),
    of("over the last axis kept", { axes: [-1], keepDims: true }),
    of("over the outer axes", { axes: [0, 2] }),
    of("over the outer axes kept", { axes: [2, 0], keepDims: true }),
    of("over no axis", { axes: [] }),
    { name: `${name} of a scalar`, operands: floats([]), build: (x) => reduce(x) },
    {
      name: `${name} of extents of 1`,
      operands: floats([1, 3]),
      build: (x) => reduce(x, { axes: [0] }),
    },
  ];
}

const tied = { shape: [2, 3], values: [1, 5, 5, -2, -2, -2] };

export const reduceCases: OpCases<keyof ReduceAttributes> = {
  sum: alongAxes("sum", sum),
  mean: alongAxes("mean", mean),
  max: [
    ...alongAxes("max", max),
    {
      name: "max with ties",
      operands: [tied],
      build: (x) => max(x, { axes: [1] }),
      kink: "equal maxima share the gradient",
    },
  ],
  sumSquares: [
    { name: "sum of squares of a tensor", operands: floats([2, 3, 2]), build: sumSquares },
    { name: "sum of squares of a scalar", operands: floats([]), build: sumSquares },
  ],
  argmax: [
    { name: "argmax along the last axis", operands: floats([3, 5]), build: (x) => argmax(x, -1) },
    {
      name: "argmax along the first axis",
      operands: floats([4, 2, 2]),
      build: (x) => argmax(x, 0),
    },
    {
      name: "argmax with ties takes the first",
      operands: [tied],
      build: (x) => argmax(x, 1),
      kink: "the index jumps at ties",
    },
  ],
  softmax: [
    { name: "softmax of rows", operands: floats([3, 5]), build: softmax },
    { name: "softmax of a vector", operands: floats([4]), build: softmax },
    { name: "softmax of a stack", operands: floats([2, 2, 3]), build: softmax },
    { name: "softmax of single elements", operands: floats([3, 1]), build: softmax },
    {
      name: "softmax of large numbers",
      operands: [{ shape: [2, 3], values: [500, 501, 498, -90, -90, 0] }],
      build: softmax,
    },
  ],
};
