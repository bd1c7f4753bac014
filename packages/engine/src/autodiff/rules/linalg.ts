/** @file Gradients of matrix products: two more products, transposed by flags, never by copies. */

import { type GraphNode, inputAt } from "../../graph/node.js";
import type { LinalgAttributes } from "../../graph/op-attributes.js";
import { matmul } from "../../graph/ops/linalg.js";
import { reshape } from "../../graph/ops/movement.js";
import { sum } from "../../graph/ops/reduce.js";
import { flattenRows, type GradientRules, unbroadcast } from "../rule.js";

/** Gᵀ·X over all rows: the gradient of a weight `[out, in]` shared by every row of x. */
function weightGradient(cotangent: GraphNode, x: GraphNode): GraphNode {
  return matmul(flattenRows(cotangent), flattenRows(x), { transposeA: true });
}

export const linalgRules: GradientRules<keyof LinalgAttributes> = {
  matmul({ inputs, attributes }, g) {
    const { transposeA, transposeB, alpha } = attributes;
    const [a, b] = [inputAt(inputs, 0, "matmul"), inputAt(inputs, 1, "matmul")];
    const sharedB = b.shape.length === 2 && a.shape.length > 2 && !transposeA && alpha === 1;
    const left = (): GraphNode =>
      transposeA
        ? matmul(b, g, { transposeA: transposeB, transposeB: true, alpha })
        : matmul(g, b, { transposeB: !transposeB, alpha });
    const right = (): GraphNode =>
      transposeB
        ? matmul(g, a, { transposeA: true, transposeB: transposeA, alpha })
        : matmul(a, g, { transposeA: !transposeA, alpha });
    const shared = (): GraphNode => (transposeB ? weightGradient(g, a) : weightGradient(a, g));
    return [
      () => unbroadcast(left(), a.shape),
      sharedB ? shared : () => unbroadcast(right(), b.shape),
    ];
  },
  linear({ inputs }, g) {
    const [x, weight] = [inputAt(inputs, 0, "linear"), inputAt(inputs, 1, "linear")];
    return [
      () =>
        x.shape.length === 1 ? reshape(matmul(flattenRows(g), weight), x.shape) : matmul(g, weight),
      () => weightGradient(g, x),
      () => sum(flattenRows(g), { axes: [0] }),
    ];
  },
};
