/** @file Examples of rearrangements. */

import type { MovementAttributes } from "../../graph/op-attributes.js";
import {
  broadcast,
  concat,
  gatherRows,
  narrow,
  pad,
  reshape,
  scatterAddRows,
  slice,
  transpose,
  upsampleNearest,
} from "../../graph/ops/movement.js";
import { floats, type OpCases, type OperandSpec } from "../op-case.js";

const indices = (shape: readonly number[], values: readonly number[]): OperandSpec => ({
  shape,
  values,
  dtype: "int64",
});

export const movementCases: OpCases<keyof MovementAttributes> = {
  reshape: [
    { name: "reshape to a vector", operands: floats([2, 3]), build: (x) => reshape(x, [-1]) },
    { name: "reshape to more axes", operands: floats([6]), build: (x) => reshape(x, [1, 3, 2]) },
    { name: "reshape to a scalar", operands: floats([1, 1]), build: (x) => reshape(x, []) },
  ],
  transpose: [
    { name: "transpose a matrix", operands: floats([2, 3]), build: (x) => transpose(x, [1, 0]) },
    {
      name: "transpose in a cycle",
      operands: floats([2, 3, 4]),
      build: (x) => transpose(x, [2, 0, 1]),
    },
    {
      name: "transpose four axes",
      operands: floats([1, 2, 3, 2]),
      build: (x) => transpose(x, [3, 1, 0, 2]),
    },
  ],
  broadcast: [
    { name: "broadcast a row", operands: floats([3]), build: (x) => broadcast(x, [2, 3]) },
    {
      name: "broadcast inner axes",
      operands: floats([2, 1, 3, 1]),
      build: (x) => broadcast(x, [2, 2, 3, 2]),
    },
    { name: "broadcast a scalar", operands: floats([]), build: (x) => broadcast(x, [2, 2]) },
    {
      name: "broadcast to more axes of 1",
      operands: floats([2]),
      build: (x) => broadcast(x, [1, 1, 2]),
    },
  ],
  slice: [
    {
      name: "slice a box",
      operands: floats([4, 3, 2]),
      build: (x) => slice(x, [1, 0, 1], [2, 3, 1]),
    },
    { name: "narrow the last axis", operands: floats([2, 5]), build: (x) => narrow(x, -1, 2, 3) },
    { name: "narrow to one position", operands: floats([3, 2]), build: (x) => narrow(x, 0, 2, 1) },
  ],
  concat: [
    {
      name: "concat rows",
      operands: floats([2, 3], [1, 3], [3, 3]),
      build: (...parts) => concat(parts, 0),
    },
    {
      name: "concat columns",
      operands: floats([2, 1, 3], [2, 1, 2]),
      build: (...parts) => concat(parts, -1),
    },
    {
      name: "concat a part with itself",
      operands: floats([2, 2]),
      build: (x) => concat([x, x, x], 1),
    },
  ],
  pad: [
    { name: "pad all sides", operands: floats([2, 3]), build: (x) => pad(x, [1, 2], [0, 1]) },
    {
      name: "pad a picture",
      operands: floats([1, 2, 2, 3]),
      build: (x) => pad(x, [0, 0, 0, 1], [0, 0, 2, 1]),
    },
    { name: "pad by nothing", operands: floats([2]), build: (x) => pad(x, [0], [0]) },
  ],
  gatherRows: [
    {
      name: "gather repeated rows",
      operands: [{ shape: [4, 3] }, indices([5], [2, 0, 2, 2, 3])],
      build: gatherRows,
    },
    {
      name: "gather by a matrix of rows",
      operands: [{ shape: [3, 2] }, indices([2, 2], [1, 1, 0, 1])],
      build: gatherRows,
    },
    {
      name: "gather one row",
      operands: [{ shape: [3, 2, 2] }, indices([], [1])],
      build: gatherRows,
    },
    {
      name: "gather elements",
      operands: [{ shape: [4] }, indices([3], [3, 3, 0])],
      build: gatherRows,
    },
  ],
  scatterAddRows: [
    {
      name: "scatter repeated rows",
      operands: [indices([4], [1, 1, 3, 1]), { shape: [4, 2] }],
      build: (i, updates) => scatterAddRows(i, updates, 5),
    },
    {
      name: "scatter by a matrix of rows",
      operands: [indices([2, 2], [0, 2, 2, 0]), { shape: [2, 2, 3] }],
      build: (i, updates) => scatterAddRows(i, updates, 3),
    },
    {
      name: "scatter one row",
      operands: [indices([], [1]), { shape: [2] }],
      build: (i, updates) => scatterAddRows(i, updates, 3),
    },
    {
      name: "scatter elements",
      operands: [indices([3], [2, 0, 2]), { shape: [3] }],
      build: (i, updates) => scatterAddRows(i, updates, 3),
    },
  ],
  upsampleNearest: [
    { name: "upsample by 2", operands: floats([2, 2, 2, 3]), build: (x) => upsampleNearest(x, 2) },
    { name: "upsample by 3", operands: floats([1, 1, 3, 2]), build: (x) => upsampleNearest(x, 3) },
  ],
};
