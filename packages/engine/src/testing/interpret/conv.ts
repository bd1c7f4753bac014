/**
 * @file Convolutions: one loop visits every product that a convolution sums, and the three
 * operations differ only in which of the three arrays receives it.
 */

import type { ConvAttributes, ConvGeometry } from "../../graph/op-attributes.js";
import { type Shape, sizeOf } from "../../shape.js";
import { at, type Evaluators, operand } from "./value.js";

/** Positions in x, weight and output of one product `output += x·weight`. */
type VisitProduct = (x: number, weight: number, output: number) => void;

function forEachProduct(
  [batch = 0, channels = 0, height = 0, width = 0]: Shape,
  [outChannels = 0, , kernelHeight = 0, kernelWidth = 0]: Shape,
  [, , outHeight = 0, outWidth = 0]: Shape,
  { strides: [down, right], pads: [top, left] }: ConvGeometry,
  visit: VisitProduct,
): void {
  const taps: Shape = [
    batch,
    outChannels,
    outHeight,
    outWidth,
    channels,
    kernelHeight,
    kernelWidth,
  ];
  const size = sizeOf(taps);
  for (let i = 0; i < size; i++) {
    const [n, o, oy, ox, c, ky, kx] = unravel(i, taps);
    const [y, x] = [oy * down + ky - top, ox * right + kx - left];
    if (y < 0 || x < 0 || y >= height || x >= width) continue;
    visit(
      ((n * channels + c) * height + y) * width + x,
      ((o * channels + c) * kernelHeight + ky) * kernelWidth + kx,
      ((n * outChannels + o) * outHeight + oy) * outWidth + ox,
    );
  }
}

type Seven = [number, number, number, number, number, number, number];

function unravel(position: number, shape: Shape): Seven {
  const index: Seven = [0, 0, 0, 0, 0, 0, 0];
  let rest = position;
  for (let axis = 6; axis >= 0; axis--) {
    const extent = shape[axis] ?? 1;
    index[axis] = rest % extent;
    rest = Math.floor(rest / extent);
  }
  return index;
}

export const convEvaluators: Evaluators<keyof ConvAttributes> = {
  conv2d({ shape, attributes }, inputs) {
    const [x, weight, bias] = [operand(inputs, 0), operand(inputs, 1), inputs[2]];
    const [, out = 1, height = 1, width = 1] = shape;
    const result = new Float64Array(sizeOf(shape));
    if (bias !== undefined) {
      const channelOf = (i: number): number => Math.floor(i / (height * width)) % out;
      for (let i = 0; i < result.length; i++) result[i] = at(bias.data, channelOf(i));
    }
    forEachProduct(x.shape, weight.shape, shape, attributes, (from, tap, to) => {
      result[to] = at(result, to) + at(x.data, from) * at(weight.data, tap);
    });
    return result;
  },
  conv2dInputGradient({ shape, attributes }, inputs) {
    const [cotangent, weight] = [operand(inputs, 0), operand(inputs, 1)];
    const result = new Float64Array(sizeOf(shape));
    forEachProduct(shape, weight.shape, cotangent.shape, attributes, (to, tap, from) => {
      result[to] = at(result, to) + at(cotangent.data, from) * at(weight.data, tap);
    });
    return result;
  },
  conv2dWeightGradient({ attributes }, inputs) {
    const [x, cotangent] = [operand(inputs, 0), operand(inputs, 1)];
    const { weightShape } = attributes;
    const result = new Float64Array(sizeOf(weightShape));
    forEachProduct(x.shape, weightShape, cotangent.shape, attributes, (from, to, output) => {
      result[to] = at(result, to) + at(x.data, from) * at(cotangent.data, output);
    });
    return result;
  },
};
