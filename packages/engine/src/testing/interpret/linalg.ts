/** @file Matrix products by their sums. */

import type { LinalgAttributes } from "../../graph/op-attributes.js";
import { sizeOf } from "../../shape.js";
import {
  at,
  broadcastPosition,
  type Evaluators,
  forEachIndex,
  operand,
  type Value,
} from "./value.js";

/** How a matrix of a stack is read: extent and stride of its rows and columns. */
interface MatrixView {
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

function viewOf({ shape }: Value, isTransposed: boolean): MatrixView {
  const [rows = 1, columns = 1] = shape.slice(-2);
  return isTransposed
    ? { rows: columns, columns: rows, rowStride: 1, columnStride: columns }
    : { rows, columns, rowStride: columns, columnStride: 1 };
}

export const linalgEvaluators: Evaluators<keyof LinalgAttributes> = {
  matmul({ shape, attributes: { transposeA, transposeB, alpha } }, inputs) {
    const [a, b] = [operand(inputs, 0), operand(inputs, 1)];
    const [left, right] = [viewOf(a, transposeA), viewOf(b, transposeB)];
    const [ofA, ofB] = [a, b].map((value) => broadcastPosition(value.shape.slice(0, -2)));
    const result = new Float64Array(sizeOf(shape));
    let position = 0;
    forEachIndex(shape.slice(0, -2), (stack) => {
      const startA = (ofA?.(stack) ?? 0) * left.rows * left.columns;
      const startB = (ofB?.(stack) ?? 0) * right.rows * right.columns;
      for (let row = 0; row < left.rows; row++) {
        for (let column = 0; column < right.columns; column++) {
          let total = 0;
          for (let i = 0; i < left.columns; i++) {
            const x = at(a.data, startA + row * left.rowStride + i * left.columnStride);
            const y = at(b.data, startB + i * right.rowStride + column * right.columnStride);
            total += x * y;
          }
          result[position++] = alpha * total;
        }
      }
    });
    return result;
  },
  linear({ shape }, inputs) {
    const [x, weight, bias] = [operand(inputs, 0), operand(inputs, 1), inputs[2]];
    const [out = 0, width = 0] = weight.shape;
    const result = new Float64Array(sizeOf(shape));
    for (let position = 0; position < result.length; position++) {
      const [row, column] = [Math.floor(position / out), position % out];
      let total = bias === undefined ? 0 : at(bias.data, column);
      for (let i = 0; i < width; i++) {
        total += at(x.data, row * width + i) * at(weight.data, column * width + i);
      }
      result[position] = total;
    }
    return result;
  },
};
