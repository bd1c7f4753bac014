/**
 * @file Examples in the sizes of real models. Kernels of graphics cards change with size: how many queries there are, how
 * long a row is, how many groups of threads a pass takes. The interpreter would take hours for these, so that one
 * runtime is compared with another.
 */

import { attention } from "../graph/ops/attention.js";
import { conv2dInputGradient, conv2dWeightGradient, conv2dWith } from "../graph/ops/conv.js";
import { add, div, exp, gelu, mul, silu, tanh } from "../graph/ops/elementwise.js";
import { matmul } from "../graph/ops/linalg.js";
import {
  broadcast,
  concat,
  gatherRows,
  narrow,
  pad,
  scatterAddRows,
  transpose,
  upsampleNearest,
} from "../graph/ops/movement.js";
import { inverseDeviation, standardize } from "../graph/ops/norm.js";
import { max, mean, softmax, sum, sumSquares } from "../graph/ops/reduce.js";
import { floats, type OpCase } from "./op-case.js";

const same = { strides: [1, 1], pads: [1, 1, 1, 1] } as const;
const halving = { strides: [2, 2], pads: [1, 1, 1, 1] } as const;

/** Ids of 77 tokens among 49,408. */
const ids = {
  shape: [77],
  dtype: "int64",
  values: Array.from({ length: 77 }, (_, i) => (i * 641) % 49_408),
} as const;

/** Of Stable Diffusion 1.5 and XL at 512 and 1024 pixels. */
export const largeCases: readonly OpCase[] = [
  {
    name: "self attention of 1,024 tokens, 8 heads of 40",
    operands: floats([1, 1024, 320], [1, 1024, 320], [1, 1024, 320]),
    build: (q, k, v) => attention(q, k, v, { heads: 8 }),
  },
  {
    name: "cross attention of 1,024 tokens to 77, 10 heads of 64",
    operands: floats([2, 1024, 640], [2, 77, 640], [2, 77, 640]),
    build: (q, k, v) => attention(q, k, v, { heads: 10 }),
  },
  {
    name: "softmax of rows of 4,096",
    operands: floats([64, 4096]),
    build: (x) => softmax(x),
  },
  {
    name: "softmax of 20,480 rows of 77",
    operands: floats([20, 1024, 77]),
    build: (x) => softmax(x),
  },
  {
    name: "layer norm of 1,024 rows of 1,280",
    operands: floats([1024, 1280]),
    build: (x) => standardize(x, 1e-5),
  },
  {
    name: "group norm of 32 groups of 40,960",
    operands: floats([1, 32, 40_960]),
    build: (x) => standardize(x, 1e-5),
  },
  {
    name: "deviations of 32 groups of 40,960",
    operands: floats([1, 32, 40_960]),
    build: (x) => inverseDeviation(x, 1e-5),
  },
  {
    name: "sum of 4,194,304 numbers",
    operands: floats([4, 320, 64, 51]),
    build: (x) => sum(x),
  },
  {
    name: "sums over 4,096 places, as of a bias",
    operands: floats([4096, 640]),
    build: (x) => sum(x, { axes: [0] }),
  },
  {
    name: "sums over pictures and places of 640 channels",
    operands: floats([4, 640, 32, 32]),
    build: (x) => sum(x, { axes: [0, 2, 3] }),
  },
  {
    name: "mean of rows of 5,120",
    operands: floats([1024, 5120]),
    build: (x) => mean(x, { axes: [1], keepDims: true }),
  },
  {
    name: "largest of rows of 4,096",
    operands: floats([64, 4096]),
    build: (x) => max(x, { axes: [1] }),
  },
  {
    name: "sum of squares of 4,194,304 numbers",
    operands: floats([4_194_304]),
    build: (x) => sumSquares(x),
  },
  {
    name: "product of 1,024 rows with 1,280 × 5,120",
    operands: floats([1024, 1280], [1280, 5120]),
    build: (x, w) => matmul(x, w),
  },
  {
    name: "products of 16 heads of 1,024 × 64, transposed",
    operands: floats([16, 1024, 64], [16, 77, 64]),
    build: (x, y) => matmul(x, y, { transposeB: true }),
  },
  {
    name: "product of one row with 1,280 × 1,280",
    operands: floats([1, 1280], [1280, 1280]),
    build: (x, w) => matmul(x, w),
  },
  {
    name: "3×3 of 320 to 320 channels at 64²",
    operands: floats([1, 320, 64, 64], [320, 320, 3, 3]),
    build: (x, w) => conv2dWith(x, w, same),
  },
  {
    name: "3×3 of 4 to 320 channels at 64², two pictures",
    operands: floats([2, 4, 64, 64], [320, 4, 3, 3]),
    build: (x, w) => conv2dWith(x, w, same),
  },
  {
    name: "3×3 of 640 channels at 32², halved",
    operands: floats([1, 640, 32, 32], [640, 640, 3, 3]),
    build: (x, w) => conv2dWith(x, w, halving),
  },
  {
    name: "1×1 of 1,280 to 640 channels at 16²",
    operands: floats([1, 1280, 16, 16], [640, 1280, 1, 1]),
    build: (x, w) => conv2dWith(x, w, { strides: [1, 1], pads: [0, 0, 0, 0] }),
  },
  {
    name: "input gradient of 320 channels at 64²",
    operands: floats([1, 320, 64, 64], [320, 320, 3, 3]),
    build: (g, w) => conv2dInputGradient(g, w, { ...same, inputShape: [1, 320, 64, 64] }),
  },
  {
    name: "weight gradient of 320 channels at 64²",
    operands: floats([1, 320, 64, 64], [1, 320, 64, 64]),
    build: (x, g) => conv2dWeightGradient(x, g, { ...same, weightShape: [320, 320, 3, 3] }),
  },
  {
    name: "element by element, 16,777,280 numbers: more than 65,535 groups of 64 and of 256",
    operands: floats([16_777_280], [16_777_280]),
    build: (x, y) => add(mul(x, y), x),
  },
  {
    name: "functions of 1,310,720 numbers",
    operands: floats([1024, 1280]),
    build: (x) => div(add(silu(x), gelu(x)), add(exp(tanh(x)), 1)),
  },
  {
    name: "a value for each of 320 channels, at 64² of four pictures",
    operands: floats([4, 320, 64, 64], [1, 320, 1, 1]),
    build: (x, b) => mul(x, broadcast(b, [4, 320, 64, 64])),
  },
  {
    name: "heads of 4,096 tokens laid apart",
    operands: floats([1, 4096, 8, 40]),
    build: (x) => transpose(x, [0, 2, 1, 3]),
  },
  {
    name: "channels joined and taken apart",
    operands: floats([1, 640, 64, 64], [1, 320, 64, 64]),
    build: (x, y) => narrow(concat([x, y], 1), 1, 300, 640),
  },
  {
    name: "an edge around 640 channels",
    operands: floats([1, 640, 32, 32]),
    build: (x) => pad(x, [0, 0, 1, 1], [0, 0, 1, 1]),
  },
  {
    name: "rows of 77 tokens among 49,408",
    operands: [{ shape: [49_408, 256] }, ids],
    build: (table, rows) => gatherRows(table, rows),
  },
  {
    name: "gradients of 77 tokens among 49,408",
    operands: [{ shape: [77, 256] }, ids],
    build: (updates, rows) => scatterAddRows(rows, updates, 49_408),
  },
  {
    name: "640 channels doubled from 32²",
    operands: floats([1, 640, 32, 32]),
    build: (x) => upsampleNearest(x, 2),
  },
];
