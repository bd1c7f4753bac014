/**
 * @file Means over the rows and columns of a stack of matrices, and back to the matrices' elements:
 * what Adafactor keeps instead of all squares.
 *
 * Kernels of convolutions are stacks of thousands of tiny matrices. Reducing and broadcasting over
 * axes of extent 3 is slow; a product with a small constant matrix does the same several times faster.
 */

import type { GraphNode } from "../graph/node.js";
import { matmul } from "../graph/ops/linalg.js";
import { mean } from "../graph/ops/reduce.js";
import { constant } from "../graph/ops/source.js";
import { type Shape, sizeOf } from "../shape.js";
import { floatTensor } from "../tensor.js";

/** Means of a stack of matrices; what they take and give broadcasts against `shape`. */
export interface MatrixMeans {
  /** The form that matrices must be given in. */
  readonly shape: Shape;
  /** Mean of each row of each matrix. */
  readonly rows: (matrices: GraphNode) => GraphNode;
  /** Mean of each column of each matrix. */
  readonly columns: (matrices: GraphNode) => GraphNode;
  /** Mean of all rows of each matrix. */
  readonly ofRows: (rows: GraphNode) => GraphNode;
  /** Rows as matrices of equal columns. */
  readonly spreadRows: (rows: GraphNode) => GraphNode;
  /** Columns as matrices of equal rows. */
  readonly spreadColumns: (columns: GraphNode) => GraphNode;
}

/** Matrices of up to so many elements are reduced by products. */
const smallMatrix = 64;

/** The means of matrices over the last two axes of a shape. */
export function matrixMeans(shape: Shape): MatrixMeans {
  const [rows = 1, columns = 1] = shape.slice(-2);
  return shape.length > 2 && rows * columns <= smallMatrix
    ? byProducts(sizeOf(shape.slice(0, -2)), rows, columns)
    : byAxes(shape);
}

function byAxes(shape: Shape): MatrixMeans {
  return {
    shape,
    rows: (x) => mean(x, { axes: [-1], keepDims: true }),
    columns: (x) => mean(x, { axes: [-2], keepDims: true }),
    ofRows: (x) => mean(x, { axes: [-2], keepDims: true }),
    spreadRows: (x) => x,
    spreadColumns: (x) => x,
  };
}

/** Each matrix is a row of `[stack, rows·columns]`. */
function byProducts(stack: number, rows: number, columns: number): MatrixMeans {
  const size = rows * columns;
  const inRow = membership(size, rows, (element) => Math.floor(element / columns));
  const inColumn = membership(size, columns, (element) => element % columns);
  const all = membership(rows, 1, () => 0);
  return {
    shape: [stack, size],
    rows: (x) => matmul(x, inRow, { alpha: 1 / columns }),
    columns: (x) => matmul(x, inColumn, { alpha: 1 / rows }),
    ofRows: (x) => matmul(x, all, { alpha: 1 / rows }),
    spreadRows: (x) => matmul(x, inRow, { transposeB: true }),
    spreadColumns: (x) => matmul(x, inColumn, { transposeB: true }),
  };
}

/** `[elements, groups]`: 1 where an element belongs to a group. */
function membership(
  elements: number,
  groups: number,
  groupOf: (element: number) => number,
): GraphNode {
  const data = new Float32Array(elements * groups);
  for (let element = 0; element < elements; element++) {
    data[element * groups + groupOf(element)] = 1;
  }
  return constant(floatTensor(data, [elements, groups]));
}
