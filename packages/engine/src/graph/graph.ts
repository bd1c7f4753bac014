/** @file A graph: named outputs, from which everything else is reached. */

import type { GraphNode, NodeOf } from "./node.js";

/** The named results of a computation. */
export interface Graph {
  readonly outputs: Readonly<Record<string, GraphNode>>;
}

/**
 * All nodes that the given ones depend on, themselves included, inputs before users. The walk stops
 * at the nodes of `boundary`, which are left out.
 */
export function ancestorsOf(
  roots: Iterable<GraphNode>,
  boundary: ReadonlySet<GraphNode> = new Set(),
): GraphNode[] {
  const seen = new Set<GraphNode>();
  const stack = [...roots];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node) || boundary.has(node)) continue;
    seen.add(node);
    stack.push(...node.inputs);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}

/** Nodes of a graph, inputs before users. */
export function nodesOf(graph: Graph): GraphNode[] {
  return ancestorsOf(Object.values(graph.outputs));
}

/** The values that a run must be given. */
export function inputsOf(graph: Graph): NodeOf<"input">[] {
  return nodesOf(graph).filter((node) => node.kind === "input");
}

/** The weights that a graph uses. */
export function parametersOf(graph: Graph): NodeOf<"parameter">[] {
  return nodesOf(graph).filter((node) => node.kind === "parameter");
}
