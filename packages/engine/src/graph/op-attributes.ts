/**
 * @file The closed set of operations and the attributes of each. Every table over operations
 * (definitions, gradients, lowerings) is typed by this list, so a missing entry does not compile.
 */

import type { DType } from "../dtype.js";
import type { Shape } from "../shape.js";
import type { HostTensor } from "../tensor.js";

/** An operation without attributes. */
export type NoAttributes = Readonly<Record<string, never>>;

/** Where values come from. */
export interface SourceAttributes {
  /** A value given at every run. */
  readonly input: { readonly name: string; readonly shape: Shape; readonly dtype: DType };
  /** A named weight, bound when the graph is compiled or given at every run. */
  readonly parameter: { readonly name: string; readonly shape: Shape; readonly dtype: DType };
  readonly constant: { readonly value: HostTensor };
}

/** Element by element, with NumPy broadcasting for two operands. */
export interface ElementwiseAttributes {
  readonly add: NoAttributes;
  readonly sub: NoAttributes;
  readonly mul: NoAttributes;
  readonly div: NoAttributes;
  readonly maximum: NoAttributes;
  readonly minimum: NoAttributes;
  readonly greater: NoAttributes;
  readonly equal: NoAttributes;
  /** `where(condition, a, b)` */
  readonly where: NoAttributes;
  readonly neg: NoAttributes;
  readonly exp: NoAttributes;
  readonly log: NoAttributes;
  readonly sqrt: NoAttributes;
  readonly abs: NoAttributes;
  readonly sign: NoAttributes;
  readonly floor: NoAttributes;
  readonly sin: NoAttributes;
  readonly cos: NoAttributes;
  readonly tanh: NoAttributes;
  readonly sigmoid: NoAttributes;
  readonly erf: NoAttributes;
  /** `x·σ(alpha·x)`: SiLU for 1, CLIP's quick GELU for 1.702. */
  readonly swish: { readonly alpha: number };
  /** `x·Φ(x)`: exact (erf), or with Φ approximated by a tanh. */
  readonly gelu: { readonly approximation: "none" | "tanh" };
  readonly cast: { readonly to: DType };
}

/** Along axes. */
export interface ReduceAttributes {
  readonly sum: { readonly axes: readonly number[]; readonly keepDims: boolean };
  readonly mean: { readonly axes: readonly number[]; readonly keepDims: boolean };
  readonly max: { readonly axes: readonly number[]; readonly keepDims: boolean };
  /** Σx² over all elements, a scalar. */
  readonly sumSquares: NoAttributes;
  /** Index of the first largest element along an axis, which is dropped. */
  readonly argmax: { readonly axis: number };
  /** Along the last axis. */
  readonly softmax: NoAttributes;
}

/** Matrix products. */
export interface LinalgAttributes {
  /** `alpha·op(a)·op(b)` over the last two axes; leading axes broadcast. */
  readonly matmul: {
    readonly transposeA: boolean;
    readonly transposeB: boolean;
    readonly alpha: number;
  };
  /** `x·Wᵀ (+ bias)`: x `[…, in]`, W `[out, in]`, bias `[out]`. */
  readonly linear: NoAttributes;
}

/** Geometry of a two-dimensional convolution. */
export interface ConvGeometry {
  readonly strides: readonly [number, number];
  /** Zeros added at top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
}

/** Two-dimensional convolutions over `[batch, channels, height, width]`. */
export interface ConvAttributes {
  /** x, W `[out, in, kh, kw]`, optional bias `[out]`. */
  readonly conv2d: ConvGeometry;
  /** Gradient to the input: cotangent of the output, W. */
  readonly conv2dInputGradient: ConvGeometry & { readonly inputShape: Shape };
  /** Gradient to the weight: input, cotangent of the output. */
  readonly conv2dWeightGradient: ConvGeometry & { readonly weightShape: Shape };
}

/** Normalisation along the last axis. */
export interface NormAttributes {
  /** `(x − mean) / √(variance + epsilon)` */
  readonly standardize: { readonly epsilon: number };
  /** `1 / √(variance + epsilon)`, last axis kept with extent 1. */
  readonly inverseDeviation: { readonly epsilon: number };
}

/** Scaled dot-product attention. */
export interface AttentionAttributes {
  /** q `[batch, tokens, heads·d]`, k and v `[batch, keys, heads·d]`; softmax(scale·qkᵀ)·v per head. */
  readonly attention: { readonly heads: number; readonly scale: number };
}

/** Rearranging elements. */
export interface MovementAttributes {
  readonly reshape: { readonly shape: Shape };
  readonly transpose: { readonly permutation: readonly number[] };
  readonly broadcast: { readonly shape: Shape };
  /** A box of the input: first index and extent per axis. */
  readonly slice: { readonly starts: readonly number[]; readonly sizes: readonly number[] };
  readonly concat: { readonly axis: number };
  /** Zeros before and after, per axis. */
  readonly pad: { readonly before: readonly number[]; readonly after: readonly number[] };
  /** Rows of a table by index: table `[rows, …]`, indices `[…]` int64. */
  readonly gatherRows: NoAttributes;
  /** Adds updates `[…indices, …]` into a zero table at the rows named by the indices. */
  readonly scatterAddRows: { readonly rows: number };
  /** Repeats every pixel `scale` times in both directions. */
  readonly upsampleNearest: { readonly scale: number };
}

/** Marks for the compiler. */
export interface MarkAttributes {
  /**
   * The first input, unchanged. Everything between it and the other inputs is computed again in
   * the backward pass instead of being kept.
   */
  readonly checkpoint: NoAttributes;
  /** The input, unchanged; for gradients it is a constant. */
  readonly detach: NoAttributes;
}

/** Attributes of every operation, by its kind. */
export interface OpAttributes
  extends SourceAttributes,
    ElementwiseAttributes,
    ReduceAttributes,
    LinalgAttributes,
    ConvAttributes,
    NormAttributes,
    AttentionAttributes,
    MovementAttributes,
    MarkAttributes {}

/** The kind of an operation. */
export type OpKind = keyof OpAttributes;
