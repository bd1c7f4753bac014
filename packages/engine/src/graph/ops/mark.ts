/** @file Marks that change how a graph is compiled, never what it computes. */

import { type GraphNode, inputAt, type NodeFactory, nodeFactory, type OpFamily } from "../node.js";
import type { MarkAttributes } from "../op-attributes.js";

export const markOps: OpFamily<keyof MarkAttributes> = {
  checkpoint: { infer: (inputs) => inputAt(inputs, 0, "checkpoint") },
};

const node: NodeFactory<keyof MarkAttributes> = nodeFactory(markOps);

/**
 * Builds a block whose activations are computed again in the backward pass instead of being kept
 * (Chen et al. 2016). Only `inputs` and parameters survive the forward pass.
 */
export function checkpoint(
  block: (...inputs: GraphNode[]) => GraphNode,
  inputs: readonly GraphNode[],
): GraphNode {
  return node("checkpoint", [block(...inputs), ...inputs], {});
}
