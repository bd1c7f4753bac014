/** @file Standardisation along the last axis, the common core of layer and group normalisation. */

import { type GraphNode, inputAt, type NodeFactory, nodeFactory, type OpFamily } from "../node.js";
import type { NormAttributes } from "../op-attributes.js";

type Kind = keyof NormAttributes;

export const normOps: OpFamily<Kind> = {
  standardize: { infer: (inputs) => inputAt(inputs, 0, "standardize") },
  inverseDeviation: {
    infer(inputs) {
      const x = inputAt(inputs, 0, "inverseDeviation");
      return { shape: [...x.shape.slice(0, -1), 1], dtype: x.dtype };
    },
  },
};

const node: NodeFactory<Kind> = nodeFactory(normOps);

/** `(x − mean) / √(variance + epsilon)` along the last axis, with the biased variance. */
export function standardize(x: GraphNode, epsilon: number): GraphNode {
  return node("standardize", [x], { epsilon });
}

/** `1 / √(variance + epsilon)` along the last axis, which stays with extent 1. */
export function inverseDeviation(x: GraphNode, epsilon: number): GraphNode {
  return node("inverseDeviation", [x], { epsilon });
}
