/** @file Scaled dot-product attention (Vaswani et al. 2017, equation 1). */

import { AtelierError, said } from "../../errors.js";
import {
  formatType,
  type GraphNode,
  inputAt,
  type NodeFactory,
  nodeFactory,
  type OpFamily,
  requireRank,
  requireSameDType,
} from "../node.js";
import type { AttentionAttributes } from "../op-attributes.js";

type Kind = keyof AttentionAttributes;

export const attentionOps: OpFamily<Kind> = {
  attention: {
    infer(inputs, { heads }) {
      const dtype = requireSameDType("attention", inputs);
      const query = inputAt(inputs, 0, "attention");
      const key = inputAt(inputs, 1, "attention");
      const value = inputAt(inputs, 2, "attention");
      for (const node of [query, key, value]) requireRank("attention", node, 3);
      const width = query.shape[2] ?? 0;
      const fits =
        width % heads === 0 &&
        key.shape.join() === value.shape.join() &&
        key.shape[0] === query.shape[0] &&
        key.shape[2] === width;
      if (!fits) {
        throw new AtelierError(
          "shape",
          said`attention: expected query [batch, tokens, width] and key, value [batch, keys, width] with width a multiple of ${heads} heads, got ${inputs.map(formatType).join(", ")}.`,
        );
      }
      return { shape: query.shape, dtype };
    },
  },
};

const node: NodeFactory<Kind> = nodeFactory(attentionOps);

/** Number of heads and the factor of the scores (1/√d by default). */
export interface AttentionOptions {
  readonly heads: number;
  readonly scale?: number;
}

/**
 * softmax(scale·q·kᵀ)·v for every head: query `[batch, tokens, heads·d]`, key and value
 * `[batch, keys, heads·d]`, result like the query.
 */
export function attention(
  query: GraphNode,
  key: GraphNode,
  value: GraphNode,
  { heads, scale = 1 / Math.sqrt((query.shape[2] ?? 0) / heads) }: AttentionOptions,
): GraphNode {
  return node("attention", [query, key, value], { heads, scale });
}
