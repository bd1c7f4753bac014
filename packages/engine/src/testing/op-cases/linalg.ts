/** @file Examples of matrix products: every transposition with every kind of batch. */

import type { LinalgAttributes } from "../../graph/op-attributes.js";
import { linear, matmul } from "../../graph/ops/linalg.js";
import type { Shape } from "../../shape.js";
import { floats, type OpCase, type OpCases } from "../op-case.js";

const batches: readonly (readonly [string, Shape, Shape])[] = [
  ["matrices", [], []],
  ["equal batches", [2], [2]],
  ["broadcast batches", [2, 1], [3]],
  ["a batch and one matrix", [2, 2], []],
  ["one matrix and a batch", [], [3]],
];

function matmulCases(): OpCase[] {
  const flags = [false, true];
  return batches.flatMap(([label, batchA, batchB]) =>
    flags.flatMap((transposeA) =>
      flags.flatMap((transposeB) =>
        [1, 0.5].map((alpha): OpCase => {
          const a = transposeA ? [4, 2] : [2, 4];
          const b = transposeB ? [3, 4] : [4, 3];
          const marks = `${transposeA ? "ᵀ" : ""}·${transposeB ? "ᵀ" : ""}`;
          return {
            name: `matmul of ${label}, a${marks}b by ${alpha}`,
            operands: floats([...batchA, ...a], [...batchB, ...b]),
            build: (x, y) => matmul(x, y, { transposeA, transposeB, alpha }),
          };
        }),
      ),
    ),
  );
}

export const linalgCases: OpCases<keyof LinalgAttributes> = {
  matmul: [
    {
      name: "a matrix times its transpose",
      operands: floats([3, 2]),
      build: (x) => matmul(x, x, { transposeB: true }),
    },
    ...matmulCases(),
  ],
  linear: [
    { name: "linear of rows", operands: floats([3, 4], [2, 4]), build: linear },
    { name: "linear with bias", operands: floats([3, 4], [2, 4], [2]), build: linear },
    {
      name: "linear of a stack with bias",
      operands: floats([2, 2, 4], [3, 4], [3]),
      build: linear,
    },
    { name: "linear of a stack of stacks", operands: floats([2, 1, 2, 3], [2, 3]), build: linear },
    { name: "linear of one vector", operands: floats([4], [3, 4], [3]), build: linear },
  ],
};
