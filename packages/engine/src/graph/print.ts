/** @file Graphs as text, one line a node, for tests and debugging. */

import { type Graph, nodesOf } from "./graph.js";
import { formatType, type GraphNode } from "./node.js";

/** The nodes of a graph in order, numbered from 0, with types and attributes. */
export function printGraph(graph: Graph): string {
  const nodes = nodesOf(graph);
  const names = new Map(nodes.map((node, index) => [node, `%${index}`]));
  const lines = nodes.map((node) => {
    const operands = node.inputs.map((input) => names.get(input) ?? "?").join(", ");
    return `${names.get(node)} = ${node.kind}(${operands})${printAttributes(node)} : ${formatType(node)}`;
  });
  const results = Object.entries(graph.outputs).map(
    ([name, node]) => `${name}: ${names.get(node) ?? "?"}`,
  );
  return [...lines, `return { ${results.join(", ")} }`].join("\n");
}

function printAttributes(node: GraphNode): string {
  if (node.kind === "constant") {
    const { data } = node.attributes.value;
    const head = [...data.slice(0, 4)].join(", ");
    return ` {${head}${data.length > 4 ? ", …" : ""}}`;
  }
  const entries = Object.entries(node.attributes);
  if (entries.length === 0) return "";
  return ` {${entries.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(", ")}}`;
}
