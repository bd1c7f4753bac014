/** @file How much memory a graph needs at once, by its values' lives: for plans, before anything is compiled. */

import { dtypes } from "../dtype.js";
import { sizeOf } from "../shape.js";
import { type Graph, nodesOf } from "./graph.js";
import type { GraphNode } from "./node.js";
import type { OpKind } from "./op-attributes.js";

/** What a run is given or what is part of its model. */
const given: ReadonlySet<OpKind> = new Set(["input", "parameter", "constant"]);
/** Other names for the value that they take. */
export const aliasKinds: ReadonlySet<OpKind> = new Set(["reshape", "checkpoint", "detach"]);

/**
 * The most bytes that values take at once when operators run in the order of their creation and a value
 * goes after its last use. What operators need inside themselves is not known here.
 * @param isHeldOutside tells of outputs that are written into memory of the caller
 */
export function peakBytes(
  graph: Graph,
  isHeldOutside: (output: string) => boolean = () => false,
): number {
  const nodes = nodesOf(graph);
  const values = new Map<GraphNode, GraphNode>();
  const aliased = (node: GraphNode): GraphNode => values.get(node) ?? node;
  const lastUse = new Map<GraphNode, number>();
  for (const [index, node] of nodes.entries()) {
    const [source] = node.inputs;
    if (aliasKinds.has(node.kind) && source !== undefined) values.set(node, aliased(source));
    for (const input of node.inputs) lastUse.set(aliased(input), index);
  }
  const outside = new Set<GraphNode>();
  for (const [name, node] of Object.entries(graph.outputs)) {
    lastUse.set(aliased(node), Number.POSITIVE_INFINITY);
    if (isHeldOutside(name)) outside.add(aliased(node));
  }
  const ending = new Map<number, GraphNode[]>();
  for (const [node, index] of lastUse) ending.set(index, [...(ending.get(index) ?? []), node]);
  const bytesOf = (node: GraphNode): number =>
    given.has(node.kind) || outside.has(node) ? 0 : sizeOf(node.shape) * dtypes[node.dtype].bytes;
  let [live, peak] = [0, 0];
  for (const [index, node] of nodes.entries()) {
    if (!values.has(node)) live += bytesOf(node);
    peak = Math.max(peak, live);
    for (const ended of ending.get(index) ?? []) live -= bytesOf(ended);
  }
  return peak;
}
