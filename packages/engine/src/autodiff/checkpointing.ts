/** @file Recomputation: a copy of a checkpointed block for the backward pass (Chen et al. 2016). */

import { ancestorsOf } from "../graph/graph.js";
import { type GraphNode, inputAt, type NodeOf } from "../graph/node.js";
import { rebuild } from "../graph/rebuild.js";

/** A copied block: its output, and every copy by its original, inputs before users. */
export interface Recomputation {
  readonly output: GraphNode;
  readonly copies: ReadonlyMap<GraphNode, GraphNode>;
}

/** Copies what lies between a checkpoint's block inputs and its output. */
export function recompute(node: NodeOf<"checkpoint">): Recomputation {
  const output = inputAt(node.inputs, 0, "checkpoint");
  const boundary = new Set(node.inputs.slice(1));
  const inside = new Set<GraphNode>();
  const copies = new Map<GraphNode, GraphNode>();
  for (const candidate of ancestorsOf([output])) {
    if (boundary.has(candidate)) continue;
    if (!candidate.inputs.some((input) => boundary.has(input) || inside.has(input))) continue;
    inside.add(candidate);
    const inputs = candidate.inputs.map((input) => copies.get(input) ?? input);
    copies.set(candidate, rebuild(candidate, inputs));
  }
  return { output: copies.get(output) ?? output, copies };
}
