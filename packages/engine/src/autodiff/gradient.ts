/**
 * @file Reverse-mode differentiation: from a graph to a graph. One sweep from the loss back to the
 * targets, visiting only nodes on the way between them.
 */

import { AtelierError, said } from "../errors.js";
import { ancestorsOf } from "../graph/graph.js";
import { formatType, type GraphNode } from "../graph/node.js";
import { broadcast } from "../graph/ops/movement.js";
import { scalar } from "../graph/ops/source.js";
import { recompute } from "./checkpointing.js";
import { inputGradients } from "./gradient-rules.js";
import { total } from "./total.js";

/**
 * The gradients of a scalar loss with respect to targets (parameters, inputs or any value between).
 * A target that the loss does not depend on gets zeros.
 * @throws AtelierError `shape` when the loss is no scalar.
 */
export function gradients(loss: GraphNode, targets: readonly GraphNode[]): GraphNode[] {
  if (loss.shape.length !== 0) {
    throw new AtelierError(
      "shape",
      said`gradients: expected a scalar loss, got ${formatType(loss)}. Sum or average it first.`,
    );
  }
  const nodes = ancestorsOf([loss]);
  const state: Sweep = {
    cotangents: new Map([[loss, scalar(1, loss.dtype)]]),
    onPath: dependents(nodes, new Set(targets)),
    targetOf: new Map(targets.map((target) => [target, target])),
  };
  sweep(nodes, state);
  const totals = new Map<GraphNode, GraphNode>();
  for (const [node, target] of state.targetOf)
    accumulate(totals, target, state.cotangents.get(node));
  return targets.map(
    (target) => totals.get(target) ?? broadcast(scalar(0, target.dtype), target.shape),
  );
}

/** What a sweep reads and fills. */
interface Sweep {
  readonly cotangents: Map<GraphNode, GraphNode>;
  /** Nodes that depend on a target. */
  readonly onPath: Set<GraphNode>;
  /** The target that a node is, or is a recomputed copy of: its cotangent is part of the result. */
  readonly targetOf: Map<GraphNode, GraphNode>;
}

function accumulate(
  cotangents: Map<GraphNode, GraphNode>,
  node: GraphNode,
  cotangent: GraphNode | undefined,
): void {
  if (cotangent === undefined) return;
  const before = cotangents.get(node);
  cotangents.set(node, before === undefined ? cotangent : total(before, cotangent));
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
function sweep(nodes: readonly GraphNode[], state: Sweep): void {
  const { cotangents, onPath, targetOf } = state;
  for (const node of [...nodes].reverse()) {
    const cotangent = cotangents.get(node);
    if (cotangent === undefined || !onPath.has(node)) continue;
    if (!targetOf.has(node)) cotangents.delete(node);
    if (node.kind === "checkpoint") {
      const { output, copies } = recompute(node);
      for (const [original, copy] of copies) {
        if (onPath.has(original)) onPath.add(copy);
        const target = targetOf.get(original);
        if (target !== undefined) targetOf.set(copy, target);
      }
      accumulate(cotangents, output, cotangent);
      sweep([...copies.values()], state);
      continue;
    }
    const partials = inputGradients(node, cotangent);
    for (const [index, input] of node.inputs.entries()) {
      if (onPath.has(input)) accumulate(cotangents, input, partials[index]?.());
    }
  }
}
