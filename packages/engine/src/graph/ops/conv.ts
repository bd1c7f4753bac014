/** @file Two-dimensional convolution and its two gradients, which are closed under differentiation. */

import { AtelierError, said } from "../../errors.js";
import { type Shape, sameShape, sizeOf } from "../../shape.js";
import {
  formatType,
  type GraphNode,
  inputAt,
  type NodeFactory,
  nodeFactory,
  type OpFamily,
  requireRank,
  requireSameDType,
} from "../node.js";
import type { ConvAttributes, ConvGeometry } from "../op-attributes.js";
import { reshape } from "./movement.js";

type Kind = keyof ConvAttributes;

/** Shape of a convolution's output `[batch, out, height, width]`. */
export function convOutputShape(x: Shape, weight: Shape, { strides, pads }: ConvGeometry): Shape {
  const [batch = 0, , height = 0, width = 0] = x;
  const [out = 0, , kernelHeight = 0, kernelWidth = 0] = weight;
  const [top, left, bottom, right] = pads;
  return [
    batch,
    out,
    Math.floor((height + top + bottom - kernelHeight) / strides[0]) + 1,
    Math.floor((width + left + right - kernelWidth) / strides[1]) + 1,
  ];
}

function requireOutput(where: string, cotangent: GraphNode, expected: Shape): void {
  if (sameShape(cotangent.shape, expected)) return;
  throw new AtelierError(
    "shape",
    said`${where}: expected a cotangent [${expected.join(", ")}], got ${formatType(cotangent)}.`,
  );
}

export const convOps: OpFamily<Kind> = {
  conv2d: {
    infer(inputs, geometry) {
      const dtype = requireSameDType("conv2d", inputs);
      const [x, weight] = [inputAt(inputs, 0, "conv2d"), inputAt(inputs, 1, "conv2d")];
      requireRank("conv2d input", x, 4);
      requireRank("conv2d weight", weight, 4);
      const shape = convOutputShape(x.shape, weight.shape, geometry);
      const bias = inputs[2];
      const biasFits = bias === undefined || sameShape(bias.shape, weight.shape.slice(0, 1));
      if (x.shape[1] !== weight.shape[1] || shape.some((extent) => extent < 1) || !biasFits) {
        throw new AtelierError(
          "shape",
          said`conv2d: expected x [batch, in, height, width], weight [out, in, kh, kw] and bias [out], got ${inputs.map(formatType).join(", ")}.`,
        );
      }
      return { shape, dtype };
    },
  },
  conv2dInputGradient: {
    infer(inputs, { inputShape, ...geometry }) {
      const where = "conv2dInputGradient";
      const dtype = requireSameDType(where, inputs);
      const [cotangent, weight] = [inputAt(inputs, 0, where), inputAt(inputs, 1, where)];
      requireOutput(where, cotangent, convOutputShape(inputShape, weight.shape, geometry));
      return { shape: inputShape, dtype };
    },
  },
  conv2dWeightGradient: {
    infer(inputs, { weightShape, ...geometry }) {
      const where = "conv2dWeightGradient";
      const dtype = requireSameDType(where, inputs);
      const [x, cotangent] = [inputAt(inputs, 0, where), inputAt(inputs, 1, where)];
      requireOutput(where, cotangent, convOutputShape(x.shape, weightShape, geometry));
      return { shape: matrixShape(weightShape), dtype };
    },
  },
};

/** A kernel `[out, in, kh, kw]` as a matrix. */
function matrixShape(weight: Shape): Shape {
  const [out = 1, ...rest] = weight;
  return [out, sizeOf(rest)];
}

const node: NodeFactory<Kind> = nodeFactory(convOps);

/** Stride in both directions and zeros at the edges. */
export interface ConvOptions {
  readonly stride?: number;
  /** One number for all edges, or top, left, bottom, right. */
  readonly padding?: number | readonly [number, number, number, number];
}

/** Convolution of x `[batch, in, height, width]` with weight `[out, in, kh, kw]`, plus bias `[out]`. */
export function conv2d(
  x: GraphNode,
  weight: GraphNode,
  bias?: GraphNode,
  { stride = 1, padding = 0 }: ConvOptions = {},
): GraphNode {
  const pads: ConvGeometry["pads"] =
    typeof padding === "number" ? [padding, padding, padding, padding] : padding;
  const operands = bias === undefined ? [x, weight] : [x, weight, bias];
  return node("conv2d", operands, { strides: [stride, stride], pads });
}

/** Convolution with an explicit geometry, without bias. */
export function conv2dWith(x: GraphNode, weight: GraphNode, geometry: ConvGeometry): GraphNode {
  return node("conv2d", [x, weight], geometry);
}

/** The cotangent of a convolution's input. */
export function conv2dInputGradient(
  cotangent: GraphNode,
  weight: GraphNode,
  attributes: ConvAttributes["conv2dInputGradient"],
): GraphNode {
  return node("conv2dInputGradient", [cotangent, weight], attributes);
}

/**
 * The cotangent of a convolution's weight, in its shape. It is computed as a product `[out, in·kh·kw]`, whose bytes
 * are the same: what is written into memory of the caller needs no copy for the shape.
 */
export function conv2dWeightGradient(
  x: GraphNode,
  cotangent: GraphNode,
  attributes: ConvAttributes["conv2dWeightGradient"],
): GraphNode {
  const product = node("conv2dWeightGradient", [x, cotangent], attributes);
  return reshape(product, attributes.weightShape);
}
