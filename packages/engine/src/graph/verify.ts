/** @file The specification of a legal graph, run in tests and after every pass in debug mode. */

import { AtelierError, internalError, said } from "../errors.js";
import { sameShape } from "../shape.js";
import { type Graph, nodesOf } from "./graph.js";
import { formatType, type GraphNode } from "./node.js";
import { inferType } from "./op-definitions.js";

/**
 * Checks that every type follows from its inputs, that inputs come before users, and that no two
 * sources share a name.
 * @throws AtelierError `internal` for a broken node, `graph` for clashing names.
 */
export function verify(graph: Graph): void {
  const sources = new Map<string, GraphNode>();
  for (const node of nodesOf(graph)) {
    const expected = inferType(node);
    if (expected.dtype !== node.dtype || !sameShape(expected.shape, node.shape)) {
      throw internalError(
        `verify: node ${node.id} (${node.kind}) has type ${formatType(node)}, expected ${formatType(expected)}.`,
      );
    }
    if (node.inputs.some((input) => input.id >= node.id)) {
      throw internalError(`verify: node ${node.id} (${node.kind}) comes before one of its inputs.`);
    }
    if (node.kind !== "input" && node.kind !== "parameter") continue;
    const { name } = node.attributes;
    const other = sources.get(name);
    if (other !== undefined) {
      throw new AtelierError(
        "graph",
        said`verify: expected one source named "${name}", got ${formatType(other)} and ${formatType(node)}. Create it once and reuse the node.`,
      );
    }
    sources.set(name, node);
  }
}
