/** @file Examples of convolutions and of their two gradients, over the same geometries. */

import type { ConvAttributes, ConvGeometry } from "../../graph/op-attributes.js";
import {
  conv2d,
  conv2dInputGradient,
  conv2dWeightGradient,
  conv2dWith,
  convOutputShape,
} from "../../graph/ops/conv.js";
import type { Shape } from "../../shape.js";
import { floats, type OpCase, type OpCases } from "../op-case.js";

interface Geometry extends ConvGeometry {
  readonly name: string;
  readonly x: Shape;
  readonly weight: Shape;
}

const geometries: readonly [Geometry, ...Geometry[]] = [
  {
    name: "3×3 padded",
    x: [2, 2, 4, 3],
    weight: [3, 2, 3, 3],
    strides: [1, 1],
    pads: [1, 1, 1, 1],
  },
  {
    name: "3×3 unpadded, one picture",
    x: [1, 2, 4, 5],
    weight: [2, 2, 3, 3],
    strides: [1, 1],
    pads: [0, 0, 0, 0],
  },
  {
    name: "stride 2, even size",
    x: [2, 2, 4, 4],
    weight: [2, 2, 3, 3],
    strides: [2, 2],
    pads: [1, 1, 1, 1],
  },
  {
    name: "stride 2, odd size",
    x: [1, 2, 5, 5],
    weight: [2, 2, 3, 3],
    strides: [2, 2],
    pads: [1, 1, 1, 1],
  },
  {
    name: "stride 2, padded below and right",
    x: [1, 2, 4, 6],
    weight: [2, 2, 3, 3],
    strides: [2, 2],
    pads: [0, 0, 1, 1],
  },
  {
    name: "stride 3 with unread rows",
    x: [2, 1, 7, 6],
    weight: [2, 1, 2, 2],
    strides: [3, 3],
    pads: [0, 0, 0, 0],
  },
  {
    name: "asymmetric everything",
    x: [1, 2, 5, 4],
    weight: [2, 2, 2, 3],
    strides: [2, 1],
    pads: [1, 0, 2, 1],
  },
  { name: "1×1", x: [2, 3, 2, 3], weight: [4, 3, 1, 1], strides: [1, 1], pads: [0, 0, 0, 0] },
  {
    name: "1×1, one picture",
    x: [1, 3, 3, 2],
    weight: [2, 3, 1, 1],
    strides: [1, 1],
    pads: [0, 0, 0, 0],
  },
  {
    name: "1×1, stride 2 with unread rows",
    x: [2, 2, 4, 5],
    weight: [2, 2, 1, 1],
    strides: [2, 2],
    pads: [0, 0, 0, 0],
  },
  {
    name: "1×1 padded",
    x: [1, 2, 2, 2],
    weight: [2, 2, 1, 1],
    strides: [1, 1],
    pads: [1, 1, 1, 1],
  },
  {
    name: "kernel as large as the picture",
    x: [2, 2, 3, 2],
    weight: [3, 2, 3, 2],
    strides: [1, 1],
    pads: [0, 0, 0, 0],
  },
  {
    name: "padding wider than the kernel",
    x: [1, 1, 2, 2],
    weight: [2, 1, 2, 2],
    strides: [1, 1],
    pads: [2, 2, 2, 2],
  },
];

/** One example per geometry. */
function everyGeometry(of: (geometry: Geometry) => OpCase): readonly [OpCase, ...OpCase[]] {
  const [first, ...rest] = geometries;
  return [of(first), ...rest.map(of)];
}

const outputOf = (g: Geometry): Shape => convOutputShape(g.x, g.weight, g);

export const convCases: OpCases<keyof ConvAttributes> = {
  conv2d: [
    ...everyGeometry(({ name, x, weight, strides, pads }) => ({
      name: `conv2d, ${name}`,
      operands: floats(x, weight),
      build: (a, w) => conv2dWith(a, w, { strides, pads }),
    })),
    {
      name: "conv2d with bias",
      operands: floats([2, 2, 3, 3], [3, 2, 3, 3], [3]),
      build: (x, weight, bias) => conv2d(x, weight, bias, { stride: 2, padding: 1 }),
    },
  ],
  conv2dInputGradient: everyGeometry((g) => ({
    name: `conv2d input gradient, ${g.name}`,
    operands: floats(outputOf(g), g.weight),
    build: (cotangent, weight) =>
      conv2dInputGradient(cotangent, weight, {
        strides: g.strides,
        pads: g.pads,
        inputShape: g.x,
      }),
  })),
  conv2dWeightGradient: everyGeometry((g) => ({
    name: `conv2d weight gradient, ${g.name}`,
    operands: floats(g.x, outputOf(g)),
    build: (x, cotangent) =>
      conv2dWeightGradient(x, cotangent, {
        strides: g.strides,
        pads: g.pads,
        weightShape: g.weight,
      }),
  })),
};
