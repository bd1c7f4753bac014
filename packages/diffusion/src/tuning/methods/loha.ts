/** @file LoHa (FedPara, Hyeon-Woo et al. 2022): ΔW = scale·(w1_a·w1_b) ⊙ (w2_a·w2_b). */

import { type GraphNode, matmul, mul, reshape, type Shape, sizeOf } from "@atelier/engine";
import { type Parts, partOf } from "../../core/adapter-parts.js";
import type { AdapterMethod } from "./adapter-method.js";
import { applyChanged, mergedSum } from "./changed-weight.js";
import { applyDecomposed, mergedDecomposed, withMagnitudeShape } from "./decomposed.js";

/**
 * LoHa on linear layers and convolutions, whose kernels are flattened. `kaiming` is PEFT's start,
 * `lycoris` that of LyCORIS, whose first steps are larger.
 */
export const loha: AdapterMethod = {
  inits: ["kaiming", "lycoris"],
  shapes: (weight, { rank }) => shapesOf(weight, rank),
  fit: (weight, given) => withMagnitudeShape(weight, shapesOf(weight, given.w1_b?.[0] ?? 1), given),
  isScaled: () => true,
  startsFromWeight: false,
  start(shapes, { draw, init }) {
    const shape = (part: "w1_a" | "w1_b" | "w2_a" | "w2_b") => partOf(shapes, part);
    if (init === "lycoris") {
      const [w1_b, w1_a] = [draw.normal(shape("w1_b"), 1), draw.normal(shape("w1_a"), 0.1)];
      return { w1_a, w1_b, w2_b: draw.normal(shape("w2_b"), 1), w2_a: draw.zeros(shape("w2_a")) };
    }
    const [w1_a, w1_b] = [draw.kaiming(shape("w1_a")), draw.kaiming(shape("w1_b"))];
    return { w1_a, w1_b, w2_a: draw.kaiming(shape("w2_a")), w2_b: draw.zeros(shape("w2_b")) };
  },
  apply(call) {
    const { layer, scale, strength, drops } = call;
    const { shape } = layer.weight;
    if (call.parts.magnitude !== undefined) {
      return applyDecomposed(call, (parts) => product(shape, parts, scale));
    }
    const mask = drops.rank([shape[0] ?? 0, 1]);
    return applyChanged(call, (parts) => {
      const w1_a = partOf(parts, "w1_a");
      const kept = mask === undefined ? w1_a : mul(w1_a, mask);
      const used = drops.module === undefined ? kept : mul(kept, drops.module);
      return product(shape, { ...parts, w1_a: used }, scale * strength);
    });
  },
  delta: (weight, parts) => product(weight, parts, 1),
  merged(weight, parts, by) {
    const { magnitude } = parts;
    const delta = product(weight.shape, parts, 1);
    return magnitude === undefined
      ? mergedSum(weight, delta, by)
      : mergedDecomposed(weight, delta, { ...by, magnitude });
  },
};

function shapesOf(weight: Shape, rank: number): Parts<Shape> {
  const [out = 0] = weight;
  const width = sizeOf(weight) / out;
  return { w1_a: [out, rank], w1_b: [rank, width], w2_a: [out, rank], w2_b: [rank, width] };
}

function product(weight: Shape, parts: Parts<GraphNode>, scale: number): GraphNode {
  const first = matmul(partOf(parts, "w1_a"), partOf(parts, "w1_b"), { alpha: scale });
  const second = matmul(partOf(parts, "w2_a"), partOf(parts, "w2_b"));
  return reshape(mul(first, second), weight);
}
