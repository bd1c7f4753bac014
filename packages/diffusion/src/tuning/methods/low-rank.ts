/** @file The product of two factors, up·down, that LoRA and DoRA share. */

import {
  conv2d,
  type FloatTensor,
  type GraphNode,
  matmul,
  mul,
  reshape,
  type Shape,
} from "@atelier/engine";
import { type Parts, partOf } from "../../core/adapter-parts.js";
import type { AdaptedCall, StartOptions } from "./adapter-method.js";

/** Shapes of the two factors for a weight `[out, in]` or `[out, in, kh, kw]`. */
export function lowRankShapes(
  [out = 0, ...rest]: Shape,
  rank: number,
): { readonly down: Shape; readonly up: Shape } {
  return { down: [rank, ...rest], up: [out, rank, ...rest.slice(1).map(() => 1)] };
}

/** The first factor drawn as PEFT draws it, with what PyTorch draws before; the second is zero. */
export function startLowRank(
  shapes: Parts<Shape>,
  { draw, init }: StartOptions,
): { readonly down: FloatTensor; readonly up: FloatTensor } {
  const [down, up] = [partOf(shapes, "down"), partOf(shapes, "up")];
  // PyTorch's layers draw default weights of their own, which PEFT then overwrites.
  draw.kaiming(down);
  draw.kaiming(up);
  const rank = down[0] ?? 1;
  const first = init === "gaussian" ? draw.normal(down, 1 / rank) : draw.kaiming(down);
  return { down: first, up: draw.zeros(up) };
}

/** down(x) with what is dropped of x and, per sample, of the rank. */
export function innerOf({ layer, parts, drops }: AdaptedCall): GraphNode {
  const inner = layer.apply(drops.input(layer.x), partOf(parts, "down"));
  const { shape } = inner;
  const [batch = 1] = shape;
  const channels = layer.kind === "linear" ? shape.length - 1 : 1;
  const mask = drops.rank([batch, shape[channels] ?? 1]);
  if (mask === undefined) return inner;
  const spread = shape.map((extent, axis) => (axis === 0 || axis === channels ? extent : 1));
  return mul(inner, reshape(mask, spread));
}

/** scale·up(inner) */
export function outerOf(
  { layer }: AdaptedCall,
  { inner, up, scale }: { inner: GraphNode; up: GraphNode; scale: number },
): GraphNode {
  if (layer.kind === "linear") return matmul(inner, up, { transposeB: true, alpha: scale });
  const outer = conv2d(inner, up);
  return scale === 1 ? outer : mul(outer, scale);
}

/** Both factors as matrices: up `[out, rank]`, down `[rank, in·kh·kw]`. */
export function matricesOf(parts: Parts<GraphNode>): { down: GraphNode; up: GraphNode } {
  const [down, up] = [partOf(parts, "down"), partOf(parts, "up")];
  const rank = down.shape[0] ?? 1;
  return { down: reshape(down, [rank, -1]), up: reshape(up, [-1, rank]) };
}

/** up·down, shaped like the weight. */
export function lowRankDelta(weight: Shape, parts: Parts<GraphNode>): GraphNode {
  const { down, up } = matricesOf(parts);
  return reshape(matmul(up, down), weight);
}
