/**
 * @file The table of positions of a vision transformer for pictures of another size than it was made for: resized
 * as `torch.nn.functional.interpolate` does with `mode="bicubic"`, without antialiasing.
 */

import {
  concat,
  constant,
  floatTensor,
  type GraphNode,
  matmul,
  narrow,
  reshape,
} from "@atelier/engine";

/** Patches of a picture, vertically and horizontally. */
export interface PatchGrid {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Positions of a picture's tokens, that of the whole first.
 * @param table `[1, 1 + side², width]`
 * @returns `[1, 1 + rows · columns, width]`
 */
export function resizePositions(
  table: GraphNode,
  side: number,
  { rows, columns }: PatchGrid,
): GraphNode {
  if (rows === side && columns === side) return table;
  const [, , width = 0] = table.shape;
  const patches = reshape(narrow(table, 1, 1, side ** 2), [side, side * width]);
  const stretched = reshape(matmul(bicubicMatrix(side, rows), patches), [rows, side, width]);
  const resized = reshape(matmul(bicubicMatrix(side, columns), stretched), [1, -1, width]);
  return concat([narrow(table, 1, 0, 1), resized], 1);
}

/** Resizing of one axis as a matrix `[to, from]`; beyond the edges values repeat. */
function bicubicMatrix(from: number, to: number): GraphNode {
  const matrix = new Float32Array(to * from);
  for (let row = 0; row < to; row++) {
    const centre = ((row + 0.5) * from) / to - 0.5;
    const left = Math.floor(centre);
    for (let tap = left - 1; tap <= left + 2; tap++) {
      const place = row * from + Math.min(from - 1, Math.max(0, tap));
      matrix[place] = (matrix[place] ?? 0) + cubic(Math.abs(centre - tap));
    }
  }
  return constant(floatTensor(matrix, [to, from]));
}

/** Keys' cubic with a = -0.75, PyTorch's choice (Pillow's is -0.5), at a distance below 2. */
function cubic(distance: number): number {
  const a = -0.75;
  return distance <= 1
    ? ((a + 2) * distance - (a + 3)) * distance ** 2 + 1
    : a * (((distance - 5) * distance + 8) * distance - 4);
}
