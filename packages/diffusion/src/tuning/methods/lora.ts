/** @file LoRA (Hu et al. 2021): y + scale·up(down(x)), ΔW = scale·up·down. */

import { add, mul } from "@atelier/engine";
import { partOf } from "../../core/adapter-parts.js";
import type { AdapterMethod } from "./adapter-method.js";
import { mergedSum } from "./changed-weight.js";
import { innerOf, lowRankDelta, lowRankShapes, outerOf, startLowRank } from "./low-rank.js";

/** LoRA on linear layers and convolutions. */
export const lora: AdapterMethod = {
  inits: ["gaussian", "kaiming"],
  shapes: (weight, { rank }) => lowRankShapes(weight, rank),
  fit: (weight, given) => lowRankShapes(weight, given.down?.[0] ?? 1),
  isScaled: () => true,
  startsFromWeight: false,
  start: startLowRank,
  apply(call) {
    const { y, parts, scale, strength, drops } = call;
    const kept = innerOf(call);
    const inner = drops.module === undefined ? kept : mul(kept, drops.module);
    return add(y, outerOf(call, { inner, up: partOf(parts, "up"), scale: scale * strength }));
  },
  delta: lowRankDelta,
  merged: (weight, parts, by) => mergedSum(weight, lowRankDelta(weight.shape, parts), by),
};
