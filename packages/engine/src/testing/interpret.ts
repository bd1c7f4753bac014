/**
 * @file A reference interpreter: every operation by its definition, in float64 with naive loops.
 * Test support only, the oracle that gradients and runtimes are checked against.
 */

import { internalError } from "../errors.js";
import { type Graph, nodesOf } from "../graph/graph.js";
import type { GraphNode } from "../graph/node.js";
import type { OpKind } from "../graph/op-attributes.js";
import { sizeOf } from "../shape.js";
import { attentionEvaluators } from "./interpret/attention.js";
import { convEvaluators } from "./interpret/conv.js";
import { elementwiseEvaluators } from "./interpret/elementwise.js";
import { linalgEvaluators } from "./interpret/linalg.js";
import { markEvaluators } from "./interpret/mark.js";
import { movementEvaluators } from "./interpret/movement.js";
import { normEvaluators } from "./interpret/norm.js";
import { reduceEvaluators } from "./interpret/reduce.js";
import { sourceEvaluators } from "./interpret/source.js";
import type { Evaluators, SourceValues, Value } from "./interpret/value.js";

/** Evaluators of every operation. */
export const evaluators: Evaluators<OpKind> = {
  ...sourceEvaluators,
  ...elementwiseEvaluators,
  ...reduceEvaluators,
  ...linalgEvaluators,
  ...convEvaluators,
  ...normEvaluators,
  ...attentionEvaluators,
  ...movementEvaluators,
  ...markEvaluators,
};

function evaluate(node: GraphNode, inputs: readonly Value[], sources: SourceValues): Float64Array {
  // `node.kind` selects the evaluator for exactly this node; the union type hides the correlation.
  const evaluator = evaluators[node.kind] as (
    node: GraphNode,
    inputs: readonly Value[],
    sources: SourceValues,
  ) => Float64Array;
  return evaluator(node, inputs, sources);
}

/**
 * The outputs of a graph. Floats of every element type are computed in float64, never rounded.
 * @throws AtelierError `internal` when a source is missing or an evaluator gives a wrong size.
 */
export function interpret(graph: Graph, sources: SourceValues = {}): Record<string, Float64Array> {
  const values = new Map<GraphNode, Value>();
  const computed = (node: GraphNode): Value => {
    const value = values.get(node);
    if (value === undefined) throw internalError(`interpret: node ${node.id} is used before made.`);
    return value;
  };
  for (const node of nodesOf(graph)) {
    const data = evaluate(node, node.inputs.map(computed), sources);
    if (data.length !== sizeOf(node.shape)) {
      throw internalError(
        `interpret: expected ${sizeOf(node.shape)} elements for ${node.kind}, got ${data.length}.`,
      );
    }
    values.set(node, { shape: node.shape, data });
  }
  return Object.fromEntries(
    Object.entries(graph.outputs).map(([name, node]) => [name, computed(node).data]),
  );
}
