/**
 * @file float16 where the processor has no kernels for it: operands are widened, and what comes out in float32 is
 * rounded. ONNX Runtime would do the same by itself, but drops the rounding between two such operators.
 */

import { type Graph, nodesOf } from "../graph/graph.js";
import type { GraphNode } from "../graph/node.js";
import { cast } from "../graph/ops/elementwise.js";
import { precisionOf } from "../graph/precision-policy.js";
import { rebuild } from "../graph/rebuild.js";

/** The same graph with all arithmetic in float32, rounded to float16 where it was computed in that. */
export function emulateHalf(graph: Graph): Graph {
  const nodes = nodesOf(graph);
  if (!nodes.some(({ dtype }) => dtype === "float16")) return graph;
  const mapped = new Map<GraphNode, GraphNode>();
  const wide = new Map<GraphNode, GraphNode>();
  const mappedOf = (node: GraphNode): GraphNode => mapped.get(node) ?? node;
  /** One copy for all that read it, so that lowerings see what operations share. */
  const widen = (value: GraphNode): GraphNode => {
    if (value.dtype !== "float16") return value;
    const copy = wide.get(value) ?? cast(value, "float32");
    wide.set(value, copy);
    return copy;
  };
  for (const node of nodes) {
    const inputs = node.inputs.map(mappedOf);
    if (precisionOf(node) !== "given" && node.inputs.some(({ dtype }) => dtype === "float16")) {
      const result = rebuild(node, inputs.map(widen));
      mapped.set(node, node.dtype === "float16" ? cast(result, "float16") : result);
    } else if (inputs.some((input, i) => input !== node.inputs[i])) {
      mapped.set(node, rebuild(node, inputs));
    }
  }
  const outputs = Object.entries(graph.outputs).map(
    ([name, node]) => [name, mappedOf(node)] as const,
  );
  return { outputs: Object.fromEntries(outputs) };
}
