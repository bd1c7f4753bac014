/**
 * @file Matrix products with transposed operands and a factor: one operator where the runtime has
 * it, else Gemm for two matrices, else transposed copies.
 */

import type { DType } from "../../dtype.js";
import { tensorOfNumbers } from "../../tensor.js";
import { type LoweringContext, MICROSOFT } from "../lowering.js";

/** An operand of a product: its ONNX name, its number of axes, and whether it is transposed. */
export interface ProductOperand {
  readonly name: string;
  readonly rank: number;
  readonly isTransposed?: boolean;
}

/** Writes `alpha·op(a)·op(b)` over the last two axes; leading axes broadcast. */
export function emitProduct(
  context: LoweringContext,
  a: ProductOperand,
  b: ProductOperand,
  { alpha = 1, dtype }: { readonly alpha?: number; readonly dtype: DType },
): string {
  const flag = ({ isTransposed = false }: ProductOperand): { readonly int: number } => ({
    int: isTransposed ? 1 : 0,
  });
  const attributes = { transA: flag(a), transB: flag(b), alpha: { float: alpha } };
  const isPlain = attributes.transA.int === 0 && attributes.transB.int === 0 && alpha === 1;
  if (isPlain) return context.emit("MatMul", [a.name, b.name]);
  if (context.fusesTransposes) {
    return context.emit("FusedMatMul", [a.name, b.name], { domain: MICROSOFT, attributes });
  }
  if (a.rank === 2 && b.rank === 2) return context.emit("Gemm", [a.name, b.name], { attributes });
  const product = context.emit("MatMul", [inPlace(context, a), inPlace(context, b)]);
  if (alpha === 1) return product;
  return context.emit("Mul", [product, context.constant(tensorOfNumbers([alpha], [], dtype))]);
}

/** An operand with its last two axes exchanged where it is transposed. */
function inPlace(
  context: LoweringContext,
  { name, rank, isTransposed = false }: ProductOperand,
): string {
  if (!isTransposed) return name;
  const leading = Array.from({ length: rank - 2 }, (_, axis) => axis);
  return context.emit("Transpose", [name], {
    attributes: { perm: { ints: [...leading, rank - 1, rank - 2] } },
  });
}
