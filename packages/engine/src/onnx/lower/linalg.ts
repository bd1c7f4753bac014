/** @file Matrix products: transpositions are flags of FusedMatMul and Gemm, never copies. */

import { inputAt } from "../../graph/node.js";
import type { LinalgAttributes } from "../../graph/op-attributes.js";
import { sizeOf } from "../../shape.js";
import { type EmitOptions, type Lowerings, MICROSOFT, operands } from "../lowering.js";

export const linalgLowerings: Lowerings<keyof LinalgAttributes> = {
  matmul(node, context) {
    const { transposeA, transposeB, alpha } = node.attributes;
    const inputs = operands(node, context);
    if (!transposeA && !transposeB && alpha === 1) return context.emit("MatMul", inputs);
    return context.emit("FusedMatMul", inputs, {
      domain: MICROSOFT,
      attributes: {
        transA: { int: transposeA ? 1 : 0 },
        transB: { int: transposeB ? 1 : 0 },
        alpha: { float: alpha },
      },
    });
  },
  linear(node, context) {
    const x = inputAt(node.inputs, 0, "linear");
    const [name = "", weight = "", ...bias] = operands(node, context);
    // Only Gemm adds a bias in the same pass, and it takes only matrices.
    if (bias.length === 0 && x.shape.length > 1)
      return context.emit("FusedMatMul", [name, weight], transposedB);
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

const transposedB: EmitOptions = { domain: MICROSOFT, attributes: { transB: { int: 1 } } };
