/**
 * @file Which operations compute in float16 under mixed precision, and which in float32. The lists are those of
 * PyTorch's autocast for CUDA (aten/src/ATen/autocast_mode.h: `AT_FORALL_LOWER_PRECISION_FP`,
 * `AT_FORALL_FP32`, `AT_FORALL_FP32_SET_OPT_DTYPE`, `AT_FORALL_PROMOTE`); what is stricter here says why.
 */

import type { GraphNode } from "./node.js";
import type {
  AttentionAttributes,
  ConvAttributes,
  ElementwiseAttributes,
  LinalgAttributes,
  MarkAttributes,
  MovementAttributes,
  NormAttributes,
  OpKind,
  ReduceAttributes,
  SourceAttributes,
} from "./op-attributes.js";

/**
 * What an operation's operands are turned into: both types by name; `widest`, the widest among them; `given`,
 * nothing, since it rounds nothing. `rounded` computes in float32 what has the type of its operand.
 */
export type Precision = "float16" | "float32" | "rounded" | "widest" | "given";

type Policy<Attributes> = { readonly [K in keyof Attributes]: Precision };

const sources: Policy<SourceAttributes> = {
  input: "given",
  parameter: "given",
  constant: "given",
};

/**
 * PyTorch has no word for curves in its lists, and its kernels compute them in float32 and round the result. Those that
 * derivatives are composed of stay wide, as they would overflow or be rounded at every operator.
 */
const elementwise: Policy<ElementwiseAttributes> = {
  add: "widest",
  sub: "widest",
  mul: "widest",
  maximum: "widest",
  minimum: "widest",
  greater: "widest",
  equal: "widest",
  where: "widest",
  // Like PyTorch's reciprocal: what divides by little overflows.
  div: "float32",
  exp: "float32",
  log: "float32",
  sqrt: "float32",
  sin: "float32",
  cos: "float32",
  tanh: "float32",
  sigmoid: "float32",
  erf: "float32",
  swish: "rounded",
  gelu: "rounded",
  neg: "given",
  abs: "given",
  sign: "given",
  floor: "given",
  cast: "given",
};

/** Sums of many, means too: PyTorch's kernel for the mean adds up in float32 as well. */
const reductions: Policy<ReduceAttributes> = {
  sum: "float32",
  mean: "float32",
  sumSquares: "float32",
  softmax: "float32",
  max: "given",
  argmax: "given",
};

/** Products: these are what a device computes faster, and what takes most of the time. */
const products: Policy<LinalgAttributes & ConvAttributes & AttentionAttributes> = {
  matmul: "float16",
  linear: "float16",
  conv2d: "float16",
  conv2dInputGradient: "float16",
  conv2dWeightGradient: "float16",
  attention: "float16",
};

const norms: Policy<NormAttributes> = { standardize: "float32", inverseDeviation: "float32" };

const movements: Policy<MovementAttributes & MarkAttributes> = {
  concat: "widest",
  // Adds up: every place where a word stands.
  scatterAddRows: "float32",
  reshape: "given",
  transpose: "given",
  broadcast: "given",
  slice: "given",
  pad: "given",
  gatherRows: "given",
  upsampleNearest: "given",
  checkpoint: "given",
  detach: "given",
};

const policy: { readonly [K in OpKind]: Precision } = {
  ...sources,
  ...elementwise,
  ...reductions,
  ...products,
  ...norms,
  ...movements,
};

/** Where a node computes. A product of a value with itself is PyTorch's `pow`: squares overflow from 256 on. */
export function precisionOf({
  kind,
  inputs: [a, b],
}: Pick<GraphNode, "kind" | "inputs">): Precision {
  return kind === "mul" && a === b ? "float32" : policy[kind];
}
