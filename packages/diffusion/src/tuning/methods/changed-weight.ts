/** @file Layers whose weight is changed as a whole, because the change is no cheap path beside it. */

import { add, type GraphNode, mul } from "@atelier/engine";
import type { AdaptedCall, ChangeFactors } from "./adapter-method.js";

/**
 * The layer with W + ΔW in one product; beside other adapters, which have added to its result
 * already, ΔW alone is added.
 */
export function applyChanged({ layer, y }: AdaptedCall, delta: GraphNode): GraphNode {
  const { x, weight, bias, apply } = layer;
  return y === layer.y ? apply(x, add(weight, delta), bias) : add(y, apply(x, delta));
}

/** W + strength·scale·ΔW */
export function mergedSum(
  weight: GraphNode,
  delta: GraphNode,
  { scale, strength }: ChangeFactors,
): GraphNode {
  return add(weight, mul(delta, scale * strength));
}
