/** @file Recomputation: a copy of a checkpointed block for the backward pass (Chen et al. 2016). */

import { ancestorsOf } from "../graph/graph.js";
import { type GraphNode, inputAt, type NodeOf } from "../graph/node.js";
import { rebuild } from "../graph/rebuild.js";

/** A copied block: its output, and every copy by its original, inputs before users. */
export interface Recomputation {
  readonly output: GraphNode;
  readonly copies: ReadonlyMap<GraphNode, GraphNode>;
}

/**
 * Copies what lies between a checkpoint's block inputs and its output. The walk stops at the block
 * inputs: what made them is none of the block's business, even where it shares an input with it.
 */
export function recompute(node: NodeOf<"checkpoint">): Recomputation {
  const output = inputAt(node.inputs, 0, "checkpoint");
  const boundary = new Set(node.inputs.slice(1));
  const copies = new Map<GraphNode, GraphNode>();
  for (const candidate of ancestorsOf([output], boundary)) {
    if (!candidate.inputs.some((input) => boundary.has(input) || copies.has(input))) continue;
    const inputs = candidate.inputs.map((input) => copies.get(input) ?? input);
    copies.set(candidate, rebuild(candidate, inputs));
  }
  return { output: copies.get(output) ?? output, copies };
}
