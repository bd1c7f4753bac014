/** @file What each builder refuses, and that the message names both sides. */

import { describe, expect, it } from "vitest";
import { AtelierError, type ErrorCode } from "../errors.js";
import type { OpKind } from "./op-attributes.js";
import { attention } from "./ops/attention.js";
import { conv2d, conv2dInputGradient, conv2dWeightGradient } from "./ops/conv.js";
import {
  abs,
  add,
  cast,
  cos,
  div,
  equal,
  erf,
  exp,
  floor,
  gelu,
  geluTanh,
  greater,
  log,
  maximum,
  minimum,
  mul,
  neg,
  quickGelu,
  sigmoid,
  sign,
  silu,
  sin,
  sqrt,
  sub,
  tanh,
  where,
} from "./ops/elementwise.js";
import { linear, matmul } from "./ops/linalg.js";
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
} from "./ops/movement.js";
import { argmax, max, mean, sum } from "./ops/reduce.js";
import { input } from "./ops/source.js";

interface Refusal {
  readonly build: () => unknown;
  readonly code: ErrorCode;
  /** Parts that the message must contain: both shapes or types. */
  readonly parts: readonly string[];
}

const x23 = input("x23", [2, 3]);
const x4 = input("x4", [4]);
const double = input("double", [2, 3], "float64");
const whole = input("whole", [2, 3], "int64");
const picture = input("picture", [1, 2, 4, 4]);
const weight = input("weight", [3, 5, 3, 3]);
const geometry = { strides: [1, 1], pads: [1, 1, 1, 1] } as const;

const shape = (build: () => unknown, ...parts: string[]): Refusal => ({
  build,
  code: "shape",
  parts,
});
const dtype = (build: () => unknown, ...parts: string[]): Refusal => ({
  build,
  code: "dtype",
  parts,
});

const binaries = { add, sub, mul, div, maximum, minimum, greater, equal };
const unaries = {
  neg,
  exp,
  log,
  sqrt,
  abs,
  sign,
  floor,
  sin,
  cos,
  tanh,
  sigmoid,
  erf,
  gelu,
  geluTanh,
  silu,
  quickGelu,
};

const tokens = (name: string, ...extents: number[]) => input(name, extents);

/** What operations refuse; those that take anything of a shape and type are not in the list. */
const refusals: Partial<Record<OpKind | "mean" | "narrow", readonly Refusal[]>> = {
  where: [
    dtype(() => where(x23, x23, x23), "bool", "float32[2, 3]"),
    dtype(() => where(input("c", [3], "bool"), x23, double), "float32[2, 3]", "float64[2, 3]"),
    shape(() => where(input("c", [4], "bool"), x23, x23), "[4]", "[2, 3]"),
  ],
  sum: [shape(() => sum(x23, { axes: [2] }), "-2 to 1", "2")],
  max: [shape(() => max(x23, { axes: [-3] }), "-2 to 1", "-3")],
  mean: [shape(() => mean(x23, { axes: [0.5] }), "-2 to 1", "0.5")],
  argmax: [shape(() => argmax(x4, 1), "-1 to 0", "1")],
  matmul: [
    shape(() => matmul(x23, x23), "float32[2, 3] and float32[2, 3]"),
    shape(
      () => matmul(x23, x23, { transposeA: true, transposeB: true }),
      "float32[2, 3]ᵀ and float32[2, 3]ᵀ",
    ),
    shape(() => matmul(x4, x23), "float32[4]", "float32[2, 3]"),
    shape(() => matmul(tokens("a", 2, 2, 3), tokens("b", 5, 3, 2)), "[2]", "[5]"),
    dtype(() => matmul(x23, double, { transposeB: true }), "float32[2, 3]", "float64[2, 3]"),
  ],
  linear: [
    shape(() => linear(x23, tokens("w", 5, 4)), "float32[5, 4]", "float32[2, 3]"),
    shape(() => linear(x23, tokens("w", 5, 3), x4), "bias [5]", "float32[4]"),
    shape(() => linear(x23, x4), "2 axes", "float32[4]"),
  ],
  conv2d: [
    shape(() => conv2d(picture, weight), "float32[1, 2, 4, 4]", "float32[3, 5, 3, 3]"),
    shape(
      () => conv2d(picture, tokens("k", 1, 2, 7, 7)),
      "float32[1, 2, 4, 4]",
      "float32[1, 2, 7, 7]",
    ),
    shape(() => conv2d(picture, tokens("k", 3, 2, 1, 1), x4), "bias [out]", "float32[4]"),
    shape(() => conv2d(x23, weight), "4 axes", "float32[2, 3]"),
  ],
  conv2dInputGradient: [
    shape(
      () =>
        conv2dInputGradient(picture, tokens("k", 3, 2, 3, 3), {
          ...geometry,
          inputShape: [1, 2, 4, 4],
        }),
      "[1, 3, 4, 4]",
      "float32[1, 2, 4, 4]",
    ),
  ],
  conv2dWeightGradient: [
    shape(
      () => conv2dWeightGradient(picture, picture, { ...geometry, weightShape: [3, 2, 3, 3] }),
      "[1, 3, 4, 4]",
      "float32[1, 2, 4, 4]",
    ),
  ],
  attention: [
    shape(
      () =>
        attention(tokens("q", 1, 4, 6), tokens("k", 1, 5, 6), tokens("v", 1, 5, 6), { heads: 4 }),
      "4 heads",
      "float32[1, 4, 6]",
    ),
    shape(
      () =>
        attention(tokens("q", 1, 4, 6), tokens("k", 1, 5, 6), tokens("v", 1, 4, 6), { heads: 2 }),
      "float32[1, 5, 6], float32[1, 4, 6]",
    ),
    shape(
      () =>
        attention(tokens("q", 2, 4, 6), tokens("k", 1, 4, 6), tokens("v", 1, 4, 6), { heads: 2 }),
      "float32[2, 4, 6], float32[1, 4, 6]",
    ),
  ],
  reshape: [
    shape(() => reshape(x23, [4, 2]), "float32[2, 3]", "[4, 2]"),
    shape(() => reshape(x23, [4, -1]), "float32[2, 3]", "[4, 1.5]"),
  ],
  transpose: [
    shape(() => transpose(x23, [0]), "float32[2, 3]", "[0]"),
    shape(() => transpose(x23, [1, 1]), "float32[2, 3]", "[1, 1]"),
  ],
  broadcast: [
    shape(() => broadcast(x23, [3]), "float32[2, 3]", "[3]"),
    shape(() => broadcast(x23, [2, 4]), "[2, 3]", "[2, 4]"),
  ],
  slice: [
    shape(() => slice(x23, [1, 0], [2, 3]), "float32[2, 3]", "[1, 0]", "[2, 3]"),
    shape(() => slice(x23, [0, -1], [1, 2]), "float32[2, 3]", "[0, -1]"),
    shape(() => slice(x23, [0], [1]), "float32[2, 3]", "[1]"),
  ],
  narrow: [
    shape(() => narrow(x23, 1, 2, 2), "float32[2, 3]", "[0, 2]"),
    shape(() => narrow(x23, 5, 0, 1), "-2 to 1", "5"),
  ],
  concat: [
    shape(() => concat([x23, tokens("y", 2, 2)], 0), "float32[2, 3], float32[2, 2]"),
    shape(() => concat([x23, x4], 0), "float32[2, 3], float32[4]"),
    dtype(() => concat([x23, double], 0), "float32[2, 3]", "float64[2, 3]"),
  ],
  pad: [
    shape(() => pad(x23, [1], [1]), "float32[2, 3]", "[1]"),
    shape(() => pad(x23, [0, -1], [0, 0]), "float32[2, 3]", "[0, -1]"),
  ],
  gatherRows: [dtype(() => gatherRows(x23, x4), "int64", "float32[4]")],
  scatterAddRows: [
    shape(() => scatterAddRows(whole, tokens("u", 2, 4), 5), "int64[2, 3]", "float32[2, 4]"),
  ],
  upsampleNearest: [
    shape(() => upsampleNearest(x23, 2), "4 axes", "float32[2, 3]"),
    shape(() => upsampleNearest(picture, 1.5), "float32[1, 2, 4, 4]", "1.5"),
  ],
};

function expectRefusal({ build, code, parts }: Refusal): void {
  try {
    build();
  } catch (error) {
    expect(error).toBeInstanceOf(AtelierError);
    expect(error).toMatchObject({ code });
    for (const part of parts)
      expect(error).toHaveProperty("message", expect.stringContaining(part));
    return;
  }
  throw new Error("nothing was refused");
}

describe("builders", () => {
  for (const [kind, list] of Object.entries(refusals)) {
    it.each(list.map((refusal, i) => [i, refusal] as const))(
      `${kind} refuses what does not fit (%i)`,
      (_, refusal) => expectRefusal(refusal),
    );
  }

  it.each(Object.entries(binaries))(
    "%s refuses shapes that do not broadcast and mixed types",
    (kind, build) => {
      expectRefusal(shape(() => build(x23, x4), kind, "[2, 3] and [4]"));
      expectRefusal(dtype(() => build(x23, double), kind, "float32[2, 3] and float64[2, 3]"));
      expect(() => build(1, 2)).toThrow("at least one node");
    },
  );

  it.each(Object.entries(unaries))("%s refuses integers", (_, build) => {
    expectRefusal(dtype(() => build(whole), "expected floats", "int64[2, 3]"));
  });

  it("return the node itself where nothing changes", () => {
    expect(reshape(x23, [2, -1])).toBe(x23);
    expect(transpose(x23, [0, 1])).toBe(x23);
    expect(broadcast(x23, [2, 3])).toBe(x23);
    expect(slice(x23, [0, 0], [2, 3])).toBe(x23);
    expect(concat([x23], 0)).toBe(x23);
    expect(cast(x23, "float32")).toBe(x23);
  });
});
