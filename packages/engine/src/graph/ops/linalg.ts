/** @file Matrix products. */

import { AtelierError, said } from "../../errors.js";
import { broadcastShapes, type Shape } from "../../shape.js";
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
import type { LinalgAttributes } from "../op-attributes.js";

type Kind = keyof LinalgAttributes;

/** Rows and columns of the last two axes, after an optional transposition. */
function matrixExtents(node: GraphNode, transpose: boolean): readonly [number, number] {
  const [rows = 1, columns = 1] = node.shape.slice(-2);
  return transpose ? [columns, rows] : [rows, columns];
}

export const linalgOps: OpFamily<Kind> = {
  matmul: {
    infer(inputs, { transposeA, transposeB }) {
      const dtype = requireSameDType("matmul", inputs);
      const [a, b] = [inputAt(inputs, 0, "matmul"), inputAt(inputs, 1, "matmul")];
      const [rows, inner] = matrixExtents(a, transposeA);
      const [innerB, columns] = matrixExtents(b, transposeB);
      if (a.shape.length < 2 || b.shape.length < 2 || inner !== innerB) {
        const marks = [transposeA ? "ᵀ" : "", transposeB ? "ᵀ" : ""];
        throw new AtelierError(
          "shape",
          said`matmul: expected matrices with equal inner extents, got ${formatType(a)}${marks[0]} and ${formatType(b)}${marks[1]}.`,
        );
      }
      const batch: Shape = broadcastShapes("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2));
      return { shape: [...batch, rows, columns], dtype };
    },
  },
  linear: {
    infer(inputs) {
      const dtype = requireSameDType("linear", inputs);
      const [x, weight] = [inputAt(inputs, 0, "linear"), inputAt(inputs, 1, "linear")];
      requireRank("linear weight", weight, 2);
      const [out = 0, inner = 0] = weight.shape;
      const bias = inputs[2];
      if (x.shape.at(-1) !== inner || (bias !== undefined && bias.shape.join() !== String(out))) {
        throw new AtelierError(
          "shape",
          said`linear: expected x […, ${inner}] and bias [${out}] for a weight [out, in] = ${formatType(weight)}, got ${[x, ...(bias ? [bias] : [])].map(formatType).join(" and ")}.`,
        );
      }
      return { shape: [...x.shape.slice(0, -1), out], dtype };
    },
  },
};

const node: NodeFactory<Kind> = nodeFactory(linalgOps);

/** Transpositions of the last two axes and a factor, as BLAS has them. */
export interface MatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly alpha?: number;
}

/** `alpha·op(a)·op(b)`; leading axes broadcast. */
export function matmul(
  a: GraphNode,
  b: GraphNode,
  { transposeA = false, transposeB = false, alpha = 1 }: MatmulOptions = {},
): GraphNode {
  return node("matmul", [a, b], { transposeA, transposeB, alpha });
}

/** `x·Wᵀ + bias` with W `[out, in]`, as PyTorch stores it. */
export function linear(x: GraphNode, weight: GraphNode, bias?: GraphNode): GraphNode {
  return node("linear", bias === undefined ? [x, weight] : [x, weight, bias], {});
}
