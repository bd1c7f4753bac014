/** @file Layers with weights, named and shaped as PyTorch has them. */

import type { GraphNode } from "../graph/node.js";
import { type ConvOptions, conv2d } from "../graph/ops/conv.js";
import { add, div, mul, sqrt, square } from "../graph/ops/elementwise.js";
import { linear as linearOp } from "../graph/ops/linalg.js";
import { checkpoint } from "../graph/ops/mark.js";
import { gatherRows, reshape } from "../graph/ops/movement.js";
import { standardize } from "../graph/ops/norm.js";
import { mean } from "../graph/ops/reduce.js";
import type { LayerCall, Weights } from "./weights.js";

/** Whether a layer adds a bias. */
export interface BiasOption {
  readonly bias?: boolean;
}

/** `nn.Linear`: x `[…, in]` to `[…, out]`. */
export function linear(
  weights: Weights,
  x: GraphNode,
  out: number,
  { bias = true }: BiasOption = {},
): GraphNode {
  const weight = weights.get("weight", [out, x.shape.at(-1) ?? 0]);
  const added = bias ? weights.get("bias", [out]) : undefined;
  const y = linearOp(x, weight, added);
  const layer = { path: weights.path, kind: "linear", x, weight, bias: added } as const;
  return weights.overlay({ ...layer, y, apply: linearOp });
}

/** Extent of a convolution's kernel, its stride, padding and bias. */
export interface ConvLayerOptions extends ConvOptions, BiasOption {
  readonly kernel?: number;
}

/** `nn.Conv2d`: x `[batch, in, height, width]` to `[batch, out, …]`. */
export function conv(
  weights: Weights,
  x: GraphNode,
  out: number,
  { kernel = 3, bias = true, ...geometry }: ConvLayerOptions = {},
): GraphNode {
  const weight = weights.get("weight", [out, x.shape[1] ?? 0, kernel, kernel]);
  const added = bias ? weights.get("bias", [out]) : undefined;
  const apply: LayerCall["apply"] = (input, other, shift) => conv2d(input, other, shift, geometry);
  const y = apply(x, weight, added);
  return weights.overlay({ path: weights.path, kind: "conv2d", x, weight, bias: added, y, apply });
}

/** Options of {@link groupNorm}. */
export interface GroupNormOptions {
  readonly groups: number;
  readonly epsilon: number;
  /** Applied to the result; nothing by default. */
  readonly activation?: (x: GraphNode) => GraphNode;
  /** Keeps only the standardised input for the backward pass and computes the rest again. */
  readonly recompute?: boolean;
}

/** `nn.GroupNorm` (Wu & He 2018) over x `[batch, channels, …]`, with an activation behind it. */
export function groupNorm(
  weights: Weights,
  x: GraphNode,
  { groups, epsilon, activation = (y) => y, recompute = false }: GroupNormOptions,
): GraphNode {
  const [batch = 0, channels = 0] = x.shape;
  const perChannel = [channels, ...x.shape.slice(2).map(() => 1)];
  const scale = reshape(weights.get("weight", [channels]), perChannel);
  const bias = reshape(weights.get("bias", [channels]), perChannel);
  const finish = (y: GraphNode): GraphNode => activation(add(mul(y, scale), bias));
  const standardized = reshape(standardize(reshape(x, [batch, groups, -1]), epsilon), x.shape);
  return recompute ? checkpoint(finish, [standardized]) : finish(standardized);
}

/** `nn.LayerNorm` (Ba et al. 2016) over the last axis. */
export function layerNorm(weights: Weights, x: GraphNode, epsilon: number): GraphNode {
  const width = [x.shape.at(-1) ?? 0];
  const scaled = mul(standardize(x, epsilon), weights.get("weight", width));
  return add(scaled, weights.get("bias", width));
}

/** `nn.RMSNorm` (Zhang & Sennrich 2019) over the last axis: `x / √(mean(x²) + epsilon)`, scaled. */
export function rmsNorm(weights: Weights, x: GraphNode, epsilon: number): GraphNode {
  const power = mean(square(x), { axes: [-1], keepDims: true });
  const normed = mul(x, div(1, sqrt(add(power, epsilon))));
  return mul(normed, weights.get("weight", [x.shape.at(-1) ?? 0]));
}

/** `nn.Embedding`: int64 ids `[…]` to `[…, width]`. */
export function embedding(
  weights: Weights,
  ids: GraphNode,
  { rows, width }: { readonly rows: number; readonly width: number },
): GraphNode {
  const weight = weights.get("weight", [rows, width]);
  const apply = (x: GraphNode, table: GraphNode): GraphNode => gatherRows(table, x);
  const call = { path: weights.path, kind: "embedding", x: ids, weight, bias: undefined } as const;
  return weights.overlay({ ...call, y: apply(ids, weight), apply });
}
