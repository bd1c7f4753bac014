/**
 * @file Standardisation through LayerNormalization with a unit scale. The deviation that the
 * backward pass needs is a second output of the same operator, so it costs nothing more.
 */

import { type GraphNode, inputAt } from "../../graph/node.js";
import type { NormAttributes } from "../../graph/op-attributes.js";
import type { LoweringContext, Lowerings } from "../lowering.js";

interface Statistics {
  readonly standardized: string;
  readonly inverseDeviation: string;
}

function statistics(node: GraphNode, epsilon: number, context: LoweringContext): Statistics {
  const x = inputAt(node.inputs, 0, node.kind);
  const name = context.nameOf(x);
  return context.shared(`standardize ${epsilon} ${name}`, () => {
    const wantsDeviation =
      node.kind === "inverseDeviation" || context.hasSibling(node, "inverseDeviation");
    const scale = context.filled(1, x.shape.at(-1) ?? 1, x.dtype);
    const [standardized = "", , inverseDeviation = ""] = context.emitMany(
      "LayerNormalization",
      [name, scale],
      wantsDeviation ? [true, false, true] : [true],
      { attributes: { axis: { int: -1 }, epsilon: { float: epsilon } } },
    );
    return { standardized, inverseDeviation };
  });
}

export const normLowerings: Lowerings<keyof NormAttributes> = {
  standardize: (node, context) => statistics(node, node.attributes.epsilon, context).standardized,
  inverseDeviation: (node, context) =>
    statistics(node, node.attributes.epsilon, context).inverseDeviation,
};
