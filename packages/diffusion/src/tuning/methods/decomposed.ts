/**
 * @file Weight decomposition of any change (DoRA, Liu et al. 2024): W' = m·(W + ΔW) / ‖W + ΔW‖. The length is
 * that of each output's weights, or, with magnitudes `[1, in]`, of each input's, as LyCORIS and OneTrainer
 * train it by default. LoHa and LoKr of these programs have it too; here they are used, not trained.
 */

import {
  add,
  div,
  type GraphNode,
  maximum,
  mul,
  reshape,
  type Shape,
  sqrt,
  square,
  sub,
  sum,
} from "@atelier/engine";
import { type Parts, partOf } from "../../core/adapter-parts.js";
import type { AdaptedCall, ChangeFactors } from "./adapter-method.js";
import { applyChanged } from "./changed-weight.js";

/** Squares of lengths below this are those of zeros, which have no direction. */
export const smallestSquare = 1e-24;

/** Whether magnitudes are per input. */
export function isPerInput({ magnitude }: Parts<{ readonly shape: Shape }>): boolean {
  return magnitude !== undefined && magnitude.shape.length > 1;
}

/** The shapes with that of a magnitude as the given one is, where there is one. */
export function withMagnitudeShape(
  [out = 0, inner = 0]: Shape,
  shapes: Parts<Shape>,
  { magnitude }: Parts<Shape>,
): Parts<Shape> {
  if (magnitude === undefined) return shapes;
  return { ...shapes, magnitude: magnitude.length > 1 ? [1, inner] : [out] };
}

/** The layer with the decomposed weight. @param deltaOf the change, scaled by alpha / rank */
export function applyDecomposed(
  call: AdaptedCall,
  deltaOf: (parts: Parts<GraphNode>) => GraphNode,
): GraphNode {
  const { weight } = call.layer;
  return applyChanged(call, (parts) => {
    const whole = decompose(add(weight, deltaOf(parts)), partOf(parts, "magnitude"));
    return mul(sub(whole, weight), call.strength);
  });
}

/** The weight with the change, decomposed. @param delta the change before scaling */
export function mergedDecomposed(
  weight: GraphNode,
  delta: GraphNode,
  { magnitude, scale, strength }: ChangeFactors & { readonly magnitude: GraphNode },
): GraphNode {
  const whole = decompose(add(weight, mul(delta, scale)), magnitude);
  return strength === 1 ? whole : add(weight, mul(sub(whole, weight), strength));
}

function decompose(changed: GraphNode, magnitude: GraphNode): GraphNode {
  const kept = magnitude.shape.length > 1 ? 1 : 0;
  const others = changed.shape.map((_, axis) => axis).filter((axis) => axis !== kept);
  const spread = changed.shape.map((extent, axis) => (axis === kept ? extent : 1));
  const length = sqrt(maximum(sum(square(changed), { axes: others }), smallestSquare));
  return mul(changed, reshape(div(reshape(magnitude, [-1]), length), spread));
}
