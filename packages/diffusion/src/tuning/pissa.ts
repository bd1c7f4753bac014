/**
 * @file PiSSA (Meng, Wang & Zhang 2024): factors that begin with the largest singular directions of the
 * weight, while what remains of the weight stays fixed. The trained adapter is written as the change of
 * the weight itself, with twice the rank, so that it works on the base as it is.
 */

import { type FloatTensor, floatTensor, sizeOf } from "@atelier/engine";
import { partOf } from "../core/adapter-parts.js";
import type { LoraModule } from "../core/lora-weights.js";
import type { LoraSlot } from "./lora-initial.js";
import { product, truncatedSvd } from "./svd.js";

/** The two factors of a layer. */
export interface Factors {
  readonly down: FloatTensor;
  readonly up: FloatTensor;
}

/** A layer split into factors and the rest. */
export interface PissaStart extends Factors {
  /** weight − scale · up · down, shaped like the weight. */
  readonly residual: FloatTensor;
}

/** Splits a weight; kernels of convolutions are flattened. */
export function pissaStart(
  { shapes, alpha, rank }: Pick<LoraSlot, "shapes" | "alpha" | "rank">,
  weight: FloatTensor,
): PissaStart {
  const [rows = 0] = weight.shape;
  const columns = sizeOf(weight.shape) / rows;
  const { u, s, v } = truncatedSvd({ rows, columns, data: Float64Array.from(weight.data) }, rank);
  const scale = alpha / rank;
  // Directions that the weight does not have are zero.
  const root = (r: number): number => Math.sqrt((s[r] ?? 0) / scale);
  const found = s.length;
  const up = Float32Array.from({ length: rows * rank }, (_, i) => {
    const [row, r] = [Math.floor(i / rank), i % rank];
    return r < found ? (u.data[row * found + r] ?? 0) * root(r) : 0;
  });
  const down = Float32Array.from({ length: rank * columns }, (_, i) => {
    const [r, column] = [Math.floor(i / columns), i % columns];
    return r < found ? (v.data[column * found + r] ?? 0) * root(r) : 0;
  });
  const change = product(
    { rows, columns: rank, data: Float64Array.from(up) },
    { rows: rank, columns, data: Float64Array.from(down) },
  );
  const residual = weight.data.map((value, i) => value - scale * (change.data[i] ?? 0));
  return {
    down: floatTensor(down, partOf(shapes, "down")),
    up: floatTensor(up, partOf(shapes, "up")),
    residual: floatTensor(residual, weight.shape),
  };
}

/** up·down − up₀·down₀ as one adapter of twice the rank, with the same scale. */
export function asChangeSince(module: LoraModule, start: Factors): LoraModule {
  const { parts, alpha, rank } = module;
  const [down, up] = [partOf(parts, "down"), partOf(parts, "up")];
  const data = new Float32Array(down.data.length * 2);
  data.set(down.data);
  data.set(start.down.data, down.data.length);
  const wide = Float32Array.from({ length: up.data.length * 2 }, (_, i) => {
    const [row, r] = [Math.floor(i / (2 * rank)), i % (2 * rank)];
    return r < rank ? (up.data[row * rank + r] ?? 0) : -(start.up.data[row * rank + r - rank] ?? 0);
  });
  const [out = 0, , ...ones] = up.shape;
  return {
    ...module,
    parts: {
      ...parts,
      down: floatTensor(data, [2 * rank, ...down.shape.slice(1)]),
      up: floatTensor(wide, [out, 2 * rank, ...ones]),
    },
    alpha: 2 * alpha,
    rank: 2 * rank,
  };
}
