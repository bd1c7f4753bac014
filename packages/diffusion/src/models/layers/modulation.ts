/**
 * @file Adaptive layer norms (Peebles & Xie 2023, section 3.2): scale, shift and gate of a block's tokens follow from
 * what all blocks are told. Named as diffusers' `AdaLayerNormZero` and `AdaLayerNormContinuous`.
 */

import {
  add,
  type GraphNode,
  mul,
  narrow,
  nn,
  reshape,
  standardize,
  type Weights,
} from "@atelier/engine";

/** Factor and summand of normalised tokens, each `[batch or 1, 1, width]`. */
export interface Modulation {
  readonly shift: GraphNode;
  readonly scale: GraphNode;
}

/** A modulation before a layer, and the gate of what that layer adds. */
export interface GatedModulation extends Modulation {
  readonly gate: GraphNode;
}

/** The vectors `[batch or 1, 1, width]` that the layer of a norm makes of what all blocks are told, by position. */
export type ModulationParts = (index: number) => GraphNode;

/** `count` vectors by the layer `linear`. @param told `[batch or 1, width]`, after SiLU */
export function modulationParts(weights: Weights, told: GraphNode, count: number): ModulationParts {
  const [batch = 0, width = 0] = told.shape;
  const all = nn.linear(weights.scope("linear"), told, count * width);
  const parts = reshape(all, [batch, count, width]);
  return (index) => narrow(parts, 1, index, 1);
}

/** One of several in the order shift, scale, gate. */
export function gatedModulation(parts: ModulationParts, position: number): GatedModulation {
  const first = 3 * position;
  return { shift: parts(first), scale: parts(first + 1), gate: parts(first + 2) };
}

/** The norm of a stream that nothing gates, with its modulation: scale before shift. */
export function continuousNorm(weights: Weights, x: GraphNode, told: GraphNode): GraphNode {
  const parts = modulationParts(weights, told, 2);
  return modulate(plainNorm(x), { scale: parts(0), shift: parts(1) });
}

/** Layer normalisation without weights. */
export function plainNorm(x: GraphNode): GraphNode {
  return standardize(x, 1e-6);
}

/** Modulates normalised tokens `[batch, tokens, width]`. */
export function modulate(normed: GraphNode, { scale, shift }: Modulation): GraphNode {
  return add(mul(normed, add(scale, 1)), shift);
}
