/**
 * @file Convolutions. The weight gradient is one matrix product over channel-major patches, the
 * input gradient a transposed convolution; docs/performance.md has the measurements of the forms.
 */

import type { DType } from "../../dtype.js";
import { inputAt, type NodeOf } from "../../graph/node.js";
import type { ConvAttributes, ConvGeometry } from "../../graph/op-attributes.js";
import { type Shape, sizeOf } from "../../shape.js";
import { tensorOfNumbers } from "../../tensor.js";
import { type EmitOptions, type LoweringContext, type Lowerings, operands } from "../lowering.js";
import { emitProduct } from "./matrix-product.js";

function convAttributes(
  geometry: ConvGeometry,
  kernel: Shape,
): NonNullable<EmitOptions["attributes"]> {
  return {
    kernel_shape: { ints: kernel },
    strides: { ints: geometry.strides },
    pads: { ints: geometry.pads },
  };
}

/** Whether a convolution is a plain product over channels. */
function isPointwise(geometry: ConvGeometry, [, , height, width]: Shape): boolean {
  const unpadded = geometry.pads.every((extent) => extent === 0);
  return height === 1 && width === 1 && unpadded && geometry.strides.every((s) => s === 1);
}

export const convLowerings: Lowerings<keyof ConvAttributes> = {
  conv2d(node, context) {
    const weight = inputAt(node.inputs, 1, "conv2d").shape;
    const kernel = weight.slice(2);
    const [batch = 1, , height = 1, width = 1] = node.shape;
    const isSmall = batch > 1 && height * width <= PRODUCT_TO_PIXELS;
    const isTrained = context.hasSibling(node, "conv2dWeightGradient");
    if (isSmall && isTrained && !isPointwise(node.attributes, weight)) {
      return productConv(node, context);
    }
    return context.emit("Conv", operands(node, context), {
      attributes: convAttributes(node.attributes, kernel),
    });
  },

  conv2dInputGradient(node, context) {
    const { inputShape, strides, pads } = node.attributes;
    const weight = inputAt(node.inputs, 1, node.kind).shape;
    const [g = "", w = ""] = operands(node, context);
    const [, outChannels = 1, outHeight = 1, outWidth = 1] = inputAt(
      node.inputs,
      0,
      node.kind,
    ).shape;
    if (isPointwise(node.attributes, weight)) {
      const [batch = 1, channels = 1] = inputShape;
      const pixels = outHeight * outWidth;
      const matrix = context.emit("Reshape", [w, context.integers([outChannels, channels])]);
      const rows = context.emit("Reshape", [g, context.integers([batch, outChannels, pixels])]);
      const product = emitProduct(
        context,
        { name: matrix, rank: 2, isTransposed: true },
        { name: rows, rank: 3 },
        node,
      );
      return context.emit("Reshape", [product, context.integers(inputShape)]);
    }
    const weightNode = inputAt(node.inputs, 1, node.kind);
    const isFlippable =
      strides.every((stride) => stride === 1) &&
      // The flipped convolution is padded by what is left of the kernel, which must not be negative.
      pads.every((extent, edge) => extent < (weight[2 + (edge % 2)] ?? 0));
    const isWorthFlipping =
      context.isFolded(weightNode) ||
      batchOf(inputShape) * outHeight * outWidth >= FLIP_FROM_PIXELS;
    if (isFlippable && isWorthFlipping) {
      return flippedConv(context, { cotangent: g, weight: w, shape: weight, pads });
    }
    const [, , kernelHeight = 1, kernelWidth = 1] = weight;
    const [, , height = 1, width = 1] = inputShape;
    const [top, left, bottom, right] = pads;
    // Rows that the forward convolution's rounding down left unread come back as zeros.
    const outputPadding = [
      height + top + bottom - kernelHeight - (outHeight - 1) * strides[0],
      width + left + right - kernelWidth - (outWidth - 1) * strides[1],
    ];
    return context.emit("ConvTranspose", [g, w], {
      attributes: {
        ...convAttributes(node.attributes, [kernelHeight, kernelWidth]),
        output_padding: { ints: outputPadding },
      },
    });
  },

  conv2dWeightGradient(node, context) {
    const { weightShape } = node.attributes;
    const x = inputAt(node.inputs, 0, node.kind);
    const [xName = "", gName = ""] = operands(node, context);
    const [, , outHeight = 1, outWidth = 1] = inputAt(node.inputs, 1, node.kind).shape;
    const [batch = 1, channels = 1] = x.shape;
    const [outChannels = 1] = weightShape;
    const pixels = outHeight * outWidth;
    const cotangent = channelMajor(context, gName, [batch, outChannels, pixels]);
    const product = (patches: string): string =>
      emitProduct(
        context,
        { name: cotangent, rank: 2 },
        { name: patches, rank: 2, isTransposed: true },
        node,
      );
    const geometry = {
      ...{ ...node.attributes, dtype: node.dtype },
      size: [outHeight, outWidth] as const,
    };
    if (isPointwise(node.attributes, weightShape)) {
      return product(channelMajor(context, xName, [batch, channels, pixels]));
    }
    const taps = sizeOf(weightShape.slice(2));
    const perPart = Math.max(1, Math.floor(PATCHES_IN_CACHE / (taps * batch * pixels)));
    const isShared = batch > 1 && pixels <= PRODUCT_TO_PIXELS;
    if (perPart >= channels || isShared) {
      return product(patchMatrix(context, xName, x.shape, geometry));
    }
    const major = channelMajor(context, xName, [batch, channels, sizeOf(x.shape.slice(2))]);
    const parts = Array.from({ length: Math.ceil(channels / perPart) }, (_, part) => {
      const [from, to] = [part * perPart, Math.min(channels, (part + 1) * perPart)];
      const own = context.emit("Slice", [
        major,
        context.integers([from]),
        context.integers([to]),
        context.integers([0]),
      ]);
      const [height = 1, width = 1] = x.shape.slice(2);
      return product(majorPatches(context, own, [batch, to - from, height, width], geometry));
    });
    return context.emit("Concat", parts, { attributes: { axis: { int: 1 } } });
  },
};

/**
 * Patches of more elements than this (4 MiB) are made and multiplied for some channels at a time, in memory
 * that stays in the processor's cache.
 */
const PATCHES_IN_CACHE = 2 ** 20;

/**
 * From this many pixels in a batch a convolution gains more on a transposed one than rearranging
 * its weight at every run costs.
 */
const FLIP_FROM_PIXELS = 2048;

/**
 * Up to this many pixels in a picture one product over the whole batch is faster than a convolution
 * picture by picture, where the weight's gradient needs the same patches anyway.
 */
const PRODUCT_TO_PIXELS = 64;

const batchOf = ([batch = 1]: Shape): number => batch;

/** A convolution as one product of the weight and the patches that its gradient will read again. */
function productConv(node: NodeOf<"conv2d">, context: LoweringContext): string {
  const x = inputAt(node.inputs, 0, "conv2d");
  const weightShape = inputAt(node.inputs, 1, "conv2d").shape;
  const [xName = "", wName = "", ...bias] = operands(node, context);
  const [batch = 1, out = 1, height = 1, width = 1] = node.shape;
  const patches = patchMatrix(context, xName, x.shape, {
    ...node.attributes,
    weightShape,
    size: [height, width],
    dtype: node.dtype,
  });
  const matrix = context.emit("Reshape", [
    wName,
    context.integers([out, sizeOf(weightShape) / out]),
  ]);
  const columns = bias.map((name) => context.emit("Reshape", [name, context.integers([out, 1])]));
  const product = context.emit("Gemm", [matrix, patches, ...columns]);
  const planes = context.emit("Reshape", [product, context.integers([out, batch, height * width])]);
  const pictures = context.emit("Transpose", [planes], {
    attributes: { perm: { ints: [1, 0, 2] } },
  });
  return context.emit("Reshape", [pictures, context.integers(node.shape)]);
}

/**
 * The input gradient as a convolution with the taps reversed and the channels exchanged: the faster
 * form where the rearranged weight is made only once.
 */
function flippedConv(
  context: LoweringContext,
  conv: { cotangent: string; weight: string; shape: Shape; pads: ConvGeometry["pads"] },
): string {
  const [out = 1, channels = 1, height = 1, width = 1] = conv.shape;
  const taps = height * width;
  const [top, left, bottom, right] = conv.pads;
  const flat = context.emit("Reshape", [conv.weight, context.integers([out, channels, taps])]);
  const reversed = context.integers(Array.from({ length: taps }, (_, i) => taps - 1 - i));
  const flipped = context.emit("Gather", [flat, reversed], { attributes: { axis: { int: 2 } } });
  const exchanged = context.emit("Transpose", [flipped], {
    attributes: { perm: { ints: [1, 0, 2] } },
  });
  const kernel = context.integers([channels, out, height, width]);
  return context.emit("Conv", [conv.cotangent, context.emit("Reshape", [exchanged, kernel])], {
    attributes: {
      kernel_shape: { ints: [height, width] },
      pads: { ints: [height - 1 - top, width - 1 - left, height - 1 - bottom, width - 1 - right] },
    },
  });
}

/** `[batch, channels, pixels]` to `[channels, batch·pixels]`; with one picture nothing moves. */
function channelMajor(context: LoweringContext, name: string, shape: Shape): string {
  const [batch = 1, channels = 1, pixels = 1] = shape;
  const matrix = context.integers([channels, batch * pixels]);
  if (batch === 1) return context.emit("Reshape", [name, matrix]);
  const planes = context.emit("Reshape", [name, context.integers(shape)]);
  const major = context.emit("Transpose", [planes], { attributes: { perm: { ints: [1, 0, 2] } } });
  return context.emit("Reshape", [major, matrix]);
}

/** What patches are taken for. */
interface PatchOptions extends ConvGeometry {
  readonly weightShape: Shape;
  /** Height and width of the output. */
  readonly size: readonly [number, number];
  readonly dtype: DType;
}

/**
 * im2col, channel-major: `[channels·kh·kw, batch·pixels]`, rows in the order of a weight's elements.
 * Columns are shifted first, so that shifting rows then moves whole lines. A convolution and its
 * weight's gradient share them.
 */
function patchMatrix(
  context: LoweringContext,
  name: string,
  shape: Shape,
  options: PatchOptions,
): string {
  const [, , kernelHeight = 1, kernelWidth = 1] = options.weightShape;
  const { strides, pads } = options;
  const key = ["patches", name, kernelHeight, kernelWidth, ...strides, ...pads].join(" ");
  return context.shared(key, () => {
    const [batch = 1, channels = 1, height = 1, width = 1] = shape;
    const major = channelMajor(context, name, [batch, channels, height * width]);
    return majorPatches(context, major, shape, options);
  });
}

/** Patches of a picture batch that is channel-major already. */
function majorPatches(
  context: LoweringContext,
  major: string,
  [batch = 1, channels = 1, height = 1, width = 1]: Shape,
  { strides, pads, weightShape, size: [outHeight, outWidth], dtype }: PatchOptions,
): string {
  const [, , kernelHeight = 1, kernelWidth = 1] = weightShape;
  const [top, left, bottom, right] = pads;
  const isSame = outHeight === height && outWidth === width && strides.every((s) => s === 1);
  if (isSame) {
    return gatheredPatches(context, major, {
      size: [channels, batch, height, width],
      kernel: [kernelHeight, kernelWidth],
      pads: [top, left],
      dtype,
    });
  }
  // Axes from here on: channels, kernel rows, kernel columns, batch, height, width.
  const planes = context.emit("Reshape", [
    major,
    context.integers([channels, 1, 1, batch, height, width]),
  ]);
  const edges = [0, 0, 0, 0, top, left, 0, 0, 0, 0, bottom, right];
  const padded = edges.every((extent) => extent === 0)
    ? planes
    : context.emit("Pad", [planes, context.integers(edges)]);
  const columns = shifts(context, padded, {
    axis: 5,
    taps: kernelWidth,
    tapAxis: 2,
    stride: strides[1],
    size: outWidth,
  });
  const patches = shifts(context, columns, {
    axis: 4,
    taps: kernelHeight,
    tapAxis: 1,
    stride: strides[0],
    size: outHeight,
  });
  const shape = [channels * kernelHeight * kernelWidth, batch * outHeight * outWidth];
  return context.emit("Reshape", [patches, context.integers(shape)]);
}

/** A convolution that keeps height and width. */
interface SamePatches {
  readonly size: readonly [channels: number, batch: number, height: number, width: number];
  readonly kernel: readonly [height: number, width: number];
  readonly pads: readonly [top: number, left: number];
  readonly dtype: DType;
}

/**
 * The patches of a convolution that keeps its size, in few large copies: to shift all lines sideways is
 * to shift the whole memory, with what came from a neighbouring line set to zero; then whole lines are
 * gathered, those beyond the edges from a line of zeros.
 */
function gatheredPatches(
  context: LoweringContext,
  major: string,
  { size, kernel: [kernelHeight, kernelWidth], pads: [top, left], dtype }: SamePatches,
): string {
  const [channels, batch, height, width] = size;
  const lines = batch * height;
  const total = channels * lines * width;
  const asLines = context.integers([channels, lines, width]);
  const flat = context.emit("Reshape", [major, context.integers([total])]);
  const reach = Math.max(left, kernelWidth - 1 - left);
  const padded = context.emit("Pad", [flat, context.integers([reach, reach])]);
  const shifted = Array.from({ length: kernelWidth }, (_, tap) => {
    const by = tap - left;
    if (by === 0) return context.emit("Reshape", [major, asLines]);
    const moved = context.emit("Slice", [
      padded,
      context.integers([reach + by]),
      context.integers([reach + by + total]),
    ]);
    // One for all lines of a channel, so that few and long runs are multiplied.
    const mask = Array.from({ length: lines * width }, (_, place) => {
      const x = (place % width) + by;
      return x >= 0 && x < width ? 1 : 0;
    });
    const inside = context.constant(tensorOfNumbers(mask, [lines, width], dtype));
    return context.emit("Mul", [context.emit("Reshape", [moved, asLines]), inside]);
  });
  const zeroLine = new Array<number>(channels * width).fill(0);
  const noLine = context.constant(tensorOfNumbers(zeroLine, [channels, 1, width], dtype));
  const stacked = context.emit("Concat", [...shifted, noLine], {
    attributes: { axis: { int: 1 } },
  });
  const zeros = kernelWidth * lines;
  const places = Array.from({ length: kernelHeight }, (_, row) =>
    Array.from({ length: kernelWidth }, (_, column) =>
      Array.from({ length: lines }, (_, line) => {
        const y = (line % height) + row - top;
        return y < 0 || y >= height ? zeros : column * lines + line + row - top;
      }),
    ),
  );
  const gathered = context.emit("Gather", [stacked, context.integers(places.flat(2))], {
    attributes: { axis: { int: 1 } },
  });
  const shape = [channels * kernelHeight * kernelWidth, lines * width];
  return context.emit("Reshape", [gathered, context.integers(shape)]);
}

interface Shifts {
  /** Axis of the picture that is shifted. */
  readonly axis: number;
  /** Extent of the kernel in that direction, and the axis that counts it. */
  readonly taps: number;
  readonly tapAxis: number;
  readonly stride: number;
  /** Extent of the output in that direction. */
  readonly size: number;
}

/** The windows that each tap of a kernel sees along one axis, stacked. */
function shifts(
  context: LoweringContext,
  name: string,
  { axis, taps, tapAxis, stride, size }: Shifts,
): string {
  const windows = Array.from({ length: taps }, (_, tap) =>
    context.emit("Slice", [
      name,
      context.integers([tap]),
      context.integers([tap + (size - 1) * stride + 1]),
      context.integers([axis]),
      context.integers([stride]),
    ]),
  );
  return context.emit("Concat", windows, { attributes: { axis: { int: tapAxis } } });
}
