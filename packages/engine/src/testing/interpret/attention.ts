/** @file Attention, one query of one head at a time. */

import type { AttentionAttributes } from "../../graph/op-attributes.js";
import { softmaxRows } from "./reduce.js";
import { at, type Evaluators, operand } from "./value.js";

export const attentionEvaluators: Evaluators<keyof AttentionAttributes> = {
  attention({ shape, attributes: { heads, scale } }, inputs) {
    const [q, k, v] = [operand(inputs, 0), operand(inputs, 1), operand(inputs, 2)];
    const [batch = 0, tokens = 0, width = 0] = shape;
    const keys = k.shape[1] ?? 0;
    const depth = width / heads;
    const result = new Float64Array(batch * tokens * width);
    for (let map = 0; map < batch * heads; map++) {
      const [n, head] = [Math.floor(map / heads), map % heads];
      for (let token = 0; token < tokens; token++) {
        const query = (n * tokens + token) * width + head * depth;
        const keyAt = (key: number): number => (n * keys + key) * width + head * depth;
        const scores = new Float64Array(keys);
        for (let key = 0; key < keys; key++) {
          let total = 0;
          for (let i = 0; i < depth; i++)
            total += at(q.data, query + i) * at(k.data, keyAt(key) + i);
          scores[key] = scale * total;
        }
        const probabilities = softmaxRows(scores, keys);
        for (let i = 0; i < depth; i++) {
          result[query + i] = probabilities.reduce(
            (total, p, key) => total + p * at(v.data, keyAt(key) + i),
            0,
          );
        }
      }
    }
    return result;
  },
};
