/** @file The same operation on other inputs: what recomputation copies nodes with. */

import { type GraphNode, type NodeFactory, nodeFactory } from "./node.js";
import type { OpKind } from "./op-attributes.js";
import { opDefinitions } from "./op-definitions.js";

const node: NodeFactory<OpKind> = nodeFactory(opDefinitions);

/** A new node with the kind and attributes of `original`. */
export function rebuild(original: GraphNode, inputs: readonly GraphNode[]): GraphNode {
  // Kind and attributes come from one node, so they belong together; the union type hides it.
  return node(original.kind, inputs, original.attributes as never);
}
