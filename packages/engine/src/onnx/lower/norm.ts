/**
 * @file Standardisation through LayerNormalization with a unit scale. The deviation that the
 * backward pass needs is a second output of the same operator, so it costs nothing more.
 */

import { type GraphNode, inputAt } from "../../graph/node.js";
import type { NormAttributes } from "../../graph/op-attributes.js";
import type { LoweringContext, Lowerings } from "../lowering.js";

/** LayerNormalization's result and, where asked for, its inverse deviation. */
function normalize(
  node: GraphNode,
  epsilon: number,
  context: LoweringContext,
  wantsDeviation: boolean,
): readonly [standardized: string, inverseDeviation: string] {
  const x = inputAt(node.inputs, 0, node.kind);
  const scale = context.filled(1, x.shape.at(-1) ?? 1, x.dtype);
  const [standardized = "", , inverseDeviation = ""] = context.emitMany(
    "LayerNormalization",
    [context.nameOf(x), scale],
    wantsDeviation ? [true, false, true] : [true],
    { attributes: { axis: { int: -1 }, epsilon: { float: epsilon } } },
  );
  return [standardized, inverseDeviation];
}

/**
 * Inverse deviations by input and epsilon, each from the last standardisation written: a block that
 * is recomputed takes its own, so that nothing of the first computation has to be kept.
 */
const deviationsOf = (context: LoweringContext): Map<string, string> =>
  context.shared("inverse deviations", () => new Map<string, string>());

const keyOf = (node: GraphNode, epsilon: number): string => `${node.inputs[0]?.id} ${epsilon}`;

export const normLowerings: Lowerings<keyof NormAttributes> = {
  standardize(node, context) {
    const { epsilon } = node.attributes;
    const wantsDeviation = context.hasSibling(node, "inverseDeviation");
    const [standardized, deviation] = normalize(node, epsilon, context, wantsDeviation);
    if (wantsDeviation) deviationsOf(context).set(keyOf(node, epsilon), deviation);
    return standardized;
  },
  inverseDeviation(node, context) {
    const { epsilon } = node.attributes;
    const known = deviationsOf(context).get(keyOf(node, epsilon));
    return known ?? normalize(node, epsilon, context, true)[1];
  },
};
