/** @file Examples of operations element by element. */

import type { GraphNode } from "../../graph/node.js";
import type { ElementwiseAttributes } from "../../graph/op-attributes.js";
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
} from "../../graph/ops/elementwise.js";
import { scalar } from "../../graph/ops/source.js";
import type { Shape } from "../../shape.js";
import type { OpCase, OpCases, OperandSpec } from "../op-case.js";

type Build1 = (x: GraphNode) => GraphNode;
type Build2 = (a: GraphNode, b: GraphNode) => GraphNode;
type Cases = readonly [OpCase, ...OpCase[]];
type Range = readonly [number, number];

/** All ways in which two operands broadcast. */
function binary(name: string, build: Build2, range?: Range): Cases {
  const of = (label: string, ...shapes: readonly Shape[]): OpCase => ({
    name: `${name} of ${label}`,
    operands: shapes.map((shape): OperandSpec => (range ? { shape, range } : { shape })),
    build,
  });
  return [
    of("equal shapes", [2, 3], [2, 3]),
    of("matrix and row", [2, 3], [3]),
    of("column and row", [2, 1, 3], [4, 1]),
    of("matrix and scalar", [2, 2], []),
    of("scalar and matrix", [], [2, 2]),
    of("matrix and single element", [2, 2], [1, 1, 1]),
  ];
}

function ties(name: string, build: Build2): OpCase {
  return {
    name: `${name} of equal elements`,
    operands: [
      { shape: [4], values: [1, -2, 0, 3] },
      { shape: [4], values: [1, -2, 0.5, -3] },
    ],
    build,
    kink: "the derivative jumps where both are equal",
  };
}

/** Ordinary numbers, a scalar, and the far ends. */
function smooth(name: string, build: Build1): Cases {
  return [
    { name: `${name} of normal numbers`, operands: [{ shape: [3, 4] }], build },
    { name: `${name} of a scalar`, operands: [{ shape: [] }], build },
    {
      name: `${name} of far and near numbers`,
      operands: [{ shape: [7], values: [-20, -5.5, -0.001, 0, 0.001, 5.5, 20] }],
      build,
    },
  ];
}

function positive(name: string, build: Build1): Cases {
  return [
    { name: `${name} of positive numbers`, operands: [{ shape: [2, 3], range: [0.2, 4] }], build },
  ];
}

/** Apart from the step, and on it. */
function stepped(name: string, build: Build1): Cases {
  return [
    { name: `${name} of normal numbers`, operands: [{ shape: [3, 4] }], build },
    {
      name: `${name} of whole numbers`,
      operands: [{ shape: [5], values: [-2, -1, 0, 1, 2] }],
      build,
      kink: "steps and corners lie on whole numbers",
    },
  ];
}

const condition: OperandSpec = { shape: [2, 3], dtype: "bool", values: [1, 0, 0, 1, 1, 0] };

export const elementwiseCases: OpCases<keyof ElementwiseAttributes> = {
  add: [
    ...binary("add", add),
    { name: "a number added", operands: [{ shape: [3] }], build: (x) => add(2.5, x) },
  ],
  sub: [
    ...binary("sub", sub),
    { name: "subtracted from a number", operands: [{ shape: [3] }], build: (x) => sub(1, x) },
  ],
  mul: [
    ...binary("mul", mul),
    { name: "a node times itself", operands: [{ shape: [2, 2] }], build: (x) => mul(x, x) },
  ],
  div: [
    ...binary("div", div, [0.5, 2]),
    {
      name: "div by negative numbers",
      operands: [{ shape: [3] }, { shape: [3], range: [-2, -0.5] }],
      build: div,
    },
    {
      name: "a number divided",
      operands: [{ shape: [3], range: [0.5, 2] }],
      build: (x) => div(3, x),
    },
  ],
  maximum: [...binary("maximum", maximum), ties("maximum", maximum)],
  minimum: [...binary("minimum", minimum), ties("minimum", minimum)],
  greater: [...binary("greater", greater), ties("greater", greater)],
  equal: [
    ...binary("equal", equal),
    ties("equal", equal),
    {
      name: "equal integers",
      operands: [
        { shape: [2, 2], dtype: "int64", values: [1, -2, 3, 4] },
        { shape: [2], dtype: "int64", values: [1, 4] },
      ],
      build: equal,
    },
  ],
  where: [
    {
      name: "where of equal shapes",
      operands: [condition, { shape: [2, 3] }, { shape: [2, 3] }],
      build: where,
    },
    {
      name: "where of broadcast branches",
      operands: [condition, { shape: [3] }, { shape: [2, 1] }],
      build: where,
    },
    {
      name: "where with a broadcast condition",
      operands: [
        { shape: [2, 1], dtype: "bool", values: [0, 1] },
        { shape: [2, 2, 3] },
        { shape: [] },
      ],
      build: where,
    },
    {
      name: "where with a number",
      operands: [condition, { shape: [2, 3] }],
      build: (when, x) => where(when, x, scalar(-7, x.dtype)),
    },
  ],
  neg: smooth("neg", neg),
  exp: [{ name: "exp of normal numbers", operands: [{ shape: [3, 4] }], build: exp }],
  log: positive("log", log),
  sqrt: positive("sqrt", sqrt),
  abs: stepped("abs", abs),
  sign: stepped("sign", sign),
  floor: stepped("floor", floor),
  sin: smooth("sin", sin),
  cos: smooth("cos", cos),
  tanh: smooth("tanh", tanh),
  sigmoid: smooth("sigmoid", sigmoid),
  erf: smooth("erf", erf),
  swish: [...smooth("silu", silu), ...smooth("quick gelu", quickGelu)],
  gelu: [...smooth("gelu", gelu), ...smooth("gelu by tanh", geluTanh)],
  cast: [
    {
      name: "cast to another float and back",
      operands: [{ shape: [2, 2] }],
      build: (x) => cast(mul(cast(x, x.dtype === "float32" ? "float64" : "float32"), 2), x.dtype),
    },
    {
      name: "cast to integers drops fractions",
      operands: [{ shape: [4], values: [-1.75, -0.25, 0.75, 2.5] }],
      build: (x) => cast(x, "int64"),
    },
    {
      name: "cast of integers to floats",
      operands: [{ shape: [3] }, { shape: [3], dtype: "int32", values: [-3, 0, 5] }],
      build: (x, i) => mul(x, cast(i, x.dtype)),
    },
    {
      name: "cast to bool",
      operands: [{ shape: [3], values: [-0.5, 0, 2] }],
      build: (x) => cast(x, "bool"),
      kink: "0 is the only false number",
    },
  ],
};
