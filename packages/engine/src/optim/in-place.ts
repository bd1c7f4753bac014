/**
 * @file Which values an update may overwrite while it runs: those that nothing reads any more once
 * their successor is written. The others need a second vector to be written into.
 */

import { ancestorsOf, type Graph, nodesOf } from "../graph/graph.js";
import type { GraphNode, NodeOf } from "../graph/node.js";
import type { OpKind } from "../graph/op-attributes.js";
import { aliasKinds } from "../graph/peak-bytes.js";
import { stateNames, type TrainingGraphs } from "./training-graph.js";

/** Operators that read an element and write it, and never look at it again. */
const elementwise: ReadonlySet<OpKind> = new Set(["add", "sub", "mul", "div"]);

/** Names of values that cannot be overwritten by the outputs that replace them. */
export function needsSpare({ step, updates }: TrainingGraphs): ReadonlySet<string> {
  return new Set([step, ...updates].flatMap(readAfterwards));
}

function readAfterwards(graph: Graph): string[] {
  const nodes = nodesOf(graph);
  const readers = readersIn(nodes);
  return nodes
    .filter((node): node is NodeOf<"input"> => node.kind === "input")
    .filter((node) => {
      const next = graph.outputs[stateNames.next(node.attributes.name)];
      return next !== undefined && !isReadBefore(readers(node), next);
    })
    .map(({ attributes }) => attributes.name);
}

/** Whether all readers are done when `next` is written. */
function isReadBefore(readers: readonly GraphNode[], next: GraphNode): boolean {
  const others = readers.filter((node) => node !== next);
  if (others.length < readers.length && !elementwise.has(next.kind)) return false;
  if (others.length === 0) return true;
  const earlier = new Set(ancestorsOf([next]));
  return others.every((node) => earlier.has(node));
}

/** Who reads a value, under whatever shape. */
function readersIn(nodes: readonly GraphNode[]): (node: GraphNode) => GraphNode[] {
  const direct = new Map<GraphNode, GraphNode[]>();
  for (const node of nodes) {
    for (const input of new Set(node.inputs)) {
      direct.set(input, [...(direct.get(input) ?? []), node]);
    }
  }
  const readers = (node: GraphNode): GraphNode[] =>
    (direct.get(node) ?? []).flatMap((reader) =>
      aliasKinds.has(reader.kind) ? [reader, ...readers(reader)] : [reader],
    );
  return readers;
}
