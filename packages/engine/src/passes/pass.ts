/** @file Passes: pure functions from a graph to a graph that computes the same. */

import { type Graph, nodesOf } from "../graph/graph.js";
import type { GraphNode } from "../graph/node.js";
import { rebuild } from "../graph/rebuild.js";

/** A rewriting of graphs. */
export type Pass = (graph: Graph) => Graph;

/**
 * Rebuilds a graph from its inputs to its outputs. `visit` gets every node with its rewritten
 * inputs and returns what takes its place; nodes that it leaves alone and whose inputs did not
 * change stay the same objects.
 */
export function rewrite(graph: Graph, visit: (node: GraphNode) => GraphNode): Graph {
  const rewritten = new Map<GraphNode, GraphNode>();
  const current = (node: GraphNode): GraphNode => rewritten.get(node) ?? node;
  for (const node of nodesOf(graph)) {
    const isUnchanged = node.inputs.every((input) => current(input) === input);
    rewritten.set(node, visit(isUnchanged ? node : rebuild(node, node.inputs.map(current))));
  }
  return {
    outputs: Object.fromEntries(
      Object.entries(graph.outputs).map(([name, node]) => [name, current(node)]),
    ),
  };
}
