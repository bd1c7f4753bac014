/** @file Marks that change how a graph is compiled or differentiated, never what it computes. */

import { type GraphNode, inputAt, type NodeFactory, nodeFactory, type OpFamily } from "../node.js";
import type { MarkAttributes } from "../op-attributes.js";

export const markOps: OpFamily<keyof MarkAttributes> = {
  checkpoint: { infer: (inputs) => inputAt(inputs, 0, "checkpoint") },
  detach: { infer: (inputs) => inputAt(inputs, 0, "detach") },
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

/** The value of x, through which no gradient flows (`Tensor.detach`). */
export const detach = (x: GraphNode): GraphNode => node("detach", [x], {});
