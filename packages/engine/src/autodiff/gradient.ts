/**
 * @file Reverse-mode differentiation: from a graph to a graph. One sweep from the loss back to the
 * targets, visiting only nodes on the way between them.
 */

import { AtelierError } from "../errors.js";
import { ancestorsOf } from "../graph/graph.js";
import { formatType, type GraphNode } from "../graph/node.js";
import { add } from "../graph/ops/elementwise.js";
import { broadcast } from "../graph/ops/movement.js";
import { scalar } from "../graph/ops/source.js";
import { recompute } from "./checkpointing.js";
import { inputGradients } from "./gradient-rules.js";

/**
 * The gradients of a scalar loss with respect to targets (parameters, inputs or any value between).
 * A target that the loss does not depend on gets zeros.
 * @throws AtelierError `shape` when the loss is no scalar.
 */
export function gradients(loss: GraphNode, targets: readonly GraphNode[]): GraphNode[] {
  if (loss.shape.length !== 0) {
    throw new AtelierError(
      "shape",
      `gradients: expected a scalar loss, got ${formatType(loss)}. Sum or average it first.`,
    );
  }
  const cotangents = new Map<GraphNode, GraphNode>([[loss, scalar(1, loss.dtype)]]);
  const nodes = ancestorsOf([loss]);
  sweep(nodes, dependents(nodes, new Set(targets)), cotangents, new Set(targets));
  return targets.map(
    (target) => cotangents.get(target) ?? broadcast(scalar(0, target.dtype), target.shape),
  );
}

/** The nodes that depend on a target, targets included. */
function dependents(nodes: readonly GraphNode[], targets: ReadonlySet<GraphNode>): Set<GraphNode> {
  const found = new Set<GraphNode>();
  for (const node of nodes) {
    if (targets.has(node) || node.inputs.some((input) => found.has(input))) found.add(node);
  }
  return found;
}

/** Passes cotangents from users to inputs, last node first. */
function sweep(
  nodes: readonly GraphNode[],
  onPath: Set<GraphNode>,
  cotangents: Map<GraphNode, GraphNode>,
  keep: ReadonlySet<GraphNode>,
): void {
  const accumulate = (node: GraphNode, cotangent: GraphNode): void => {
    const before = cotangents.get(node);
    cotangents.set(node, before === undefined ? cotangent : add(before, cotangent));
  };
  for (const node of [...nodes].reverse()) {
    const cotangent = cotangents.get(node);
    if (cotangent === undefined || !onPath.has(node)) continue;
    if (!keep.has(node)) cotangents.delete(node);
    if (node.kind === "checkpoint") {
      const { output, copies } = recompute(node);
      for (const [original, copy] of copies) if (onPath.has(original)) onPath.add(copy);
      accumulate(output, cotangent);
      sweep([...copies.values()], onPath, cotangents, keep);
      continue;
    }
    const partials = inputGradients(node, cotangent);
    for (const [index, input] of node.inputs.entries()) {
      const partial = partials[index];
      if (partial !== undefined && onPath.has(input)) accumulate(input, partial());
    }
  }
}
