/** @file A LoRA module that makes a change known by its singular values. */

import { floatTensor, type Shape } from "@atelier/engine";
import type { LoraModule } from "../core/lora-weights.js";
import { type SingularValues, transposed } from "./svd.js";

/**
 * ΔW = u · diag(s) · vᵀ as up · down, with alpha = rank. Each factor gets a root of the values, so that
 * neither is much larger than the other.
 * @param weightShape `[out, in]` or `[out, in, height, width]`
 */
export function loraOfSingularValues(
  { u, s, v }: SingularValues,
  [out = 0, ...inner]: Shape,
): LoraModule {
  const rank = s.length;
  const roots = s.map((value) => Math.sqrt(value));
  const up = Float32Array.from(u.data, (value, i) => value * (roots[i % rank] ?? 0));
  const down = Float32Array.from(
    transposed(v).data,
    (value, i) => value * (roots[Math.floor(i / v.rows)] ?? 0),
  );
  const upShape = inner.length === 1 ? [out, rank] : [out, rank, 1, 1];
  const parts = { down: floatTensor(down, [rank, ...inner]), up: floatTensor(up, upShape) };
  return { method: "lora", parts, alpha: rank, rank };
}
