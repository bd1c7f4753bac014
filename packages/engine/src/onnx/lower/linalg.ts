/** @file Matrix products and linear layers: transpositions are flags wherever the runtime has them. */

import { inputAt } from "../../graph/node.js";
import type { LinalgAttributes } from "../../graph/op-attributes.js";
import { sizeOf } from "../../shape.js";
import { type Lowerings, operands } from "../lowering.js";
import { emitProduct } from "./matrix-product.js";

export const linalgLowerings: Lowerings<keyof LinalgAttributes> = {
  matmul(node, context) {
    const { transposeA, transposeB, alpha } = node.attributes;
    const [a, b] = [inputAt(node.inputs, 0, "matmul"), inputAt(node.inputs, 1, "matmul")];
    return emitProduct(
      context,
      { name: context.nameOf(a), rank: a.shape.length, isTransposed: transposeA },
      { name: context.nameOf(b), rank: b.shape.length, isTransposed: transposeB },
      { alpha, dtype: node.dtype },
    );
  },
  linear(node, context) {
    const x = inputAt(node.inputs, 0, "linear");
    const [name = "", weight = "", ...bias] = operands(node, context);
    // Only Gemm adds a bias in the same pass, and it takes only matrices.
    if (bias.length === 0 && x.shape.length > 1 && context.fusesTransposes) {
      const transposed = { name: weight, rank: 2, isTransposed: true };
      return emitProduct(context, { name, rank: x.shape.length }, transposed, node);
    }
    const width = x.shape.at(-1) ?? 1;
    const isMatrix = x.shape.length === 2;
    const rows = sizeOf(x.shape) / width;
    const matrix = isMatrix
      ? name
      : context.emit("Reshape", [name, context.integers([rows, width])]);
    const product = context.emit("Gemm", [matrix, weight, ...bias], {
      attributes: { transB: { int: 1 } },
    });
    return isMatrix ? product : context.emit("Reshape", [product, context.integers(node.shape)]);
  },
};
