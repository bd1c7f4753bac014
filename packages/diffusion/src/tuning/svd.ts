/**
 * @file The largest singular values of a matrix and their vectors. Small matrices are decomposed by
 * one-sided Jacobi rotations (Hestenes 1958), which are exact to rounding; of large ones a subspace that
 * holds the largest directions is found first (Halko, Martinsson & Tropp 2011, algorithm 4.4).
 */

import { createTorchGenerator } from "@atelier/engine";

/** A matrix, row by row, in float64. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** A ≈ u · diag(s) · vᵀ, values from large to small. */
export interface SingularValues {
  /** `[rows, rank]` */
  readonly u: Matrix;
  readonly s: Float64Array;
  /** `[columns, rank]` */
  readonly v: Matrix;
}

/** Up to this many rows or columns Jacobi alone is fast enough. */
const jacobiExtent = 96;
/** Directions beyond the rank, with which the subspace converges in few rounds. */
const oversampling = 16;
/** Rounds after which the subspace is taken as it is; PEFT's documentation proposes as many. */
const maxRounds = 16;
/** Relative change of the sum of squared values below which the subspace has converged. */
const converged = 1e-9;

/**
 * The `rank` largest singular values of a matrix and their vectors; fewer where the matrix has fewer
 * rows or columns. The same matrix gives the same bits.
 */
export function truncatedSvd(matrix: Matrix, rank: number): SingularValues {
  const smaller = Math.min(matrix.rows, matrix.columns);
  const kept = Math.min(rank, smaller);
  const width = Math.min(smaller, kept + Math.max(oversampling, kept));
  if (smaller <= jacobiExtent || width * 2 > smaller) return firstOf(jacobi(matrix), kept);
  let basis = orthonormal(product(matrix, randomMatrix(matrix.columns, width)));
  let energy = 0;
  for (let round = 0; round < maxRounds; round++) {
    const back = product(transposed(matrix), basis);
    const next = sumOfSquares(back);
    basis = orthonormal(product(matrix, orthonormal(back)));
    if (Math.abs(next - energy) <= converged * next) break;
    energy = next;
  }
  // Within the subspace the problem is small: A ≈ Q·(QᵀA).
  const { u, s, v } = firstOf(jacobi(product(transposed(basis), matrix)), kept);
  return { u: product(basis, u), s, v };
}

/** All singular values, as many as the smaller extent. */
function jacobi(matrix: Matrix): SingularValues {
  if (matrix.rows < matrix.columns) {
    const { u, s, v } = jacobi(transposed(matrix));
    return { u: v, s, v: u };
  }
  // Columns lie in rows here, so that each is contiguous.
  const columns = copyOf(transposed(matrix));
  const rotations = identity(matrix.columns);
  const size = matrix.columns;
  for (let sweep = 0; sweep < 60; sweep++) {
    let isDone = true;
    for (let p = 0; p < size - 1; p++) {
      for (let q = p + 1; q < size; q++) {
        if (rotate(columns, rotations, [p, q])) isDone = false;
      }
    }
    if (isDone) break;
  }
  const lengths = Array.from({ length: size }, (_, i) => Math.sqrt(dot(columns, i, i)));
  const order = lengths.map((_, i) => i).sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0));
  const s = Float64Array.from(order, (i) => lengths[i] ?? 0);
  const u = rowsInOrder(columns, order, (i) => 1 / (lengths[i] || 1));
  const v = rowsInOrder(rotations, order, () => 1);
  return { u: transposed(u), s, v: transposed(v) };
}

/** Makes two columns orthogonal; `false` where they are already. */
function rotate(columns: Matrix, rotations: Matrix, [p, q]: readonly [number, number]): boolean {
  const [alpha, beta, gamma] = [dot(columns, p, p), dot(columns, q, q), dot(columns, p, q)];
  if (Math.abs(gamma) <= 1e-15 * Math.sqrt(alpha * beta)) return false;
  const zeta = (beta - alpha) / (2 * gamma);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const c = 1 / Math.hypot(1, t);
  for (const { data, columns: width } of [columns, rotations]) {
    for (let i = 0; i < width; i++) {
      const [x, y] = [data[p * width + i] ?? 0, data[q * width + i] ?? 0];
      data[p * width + i] = c * (x - t * y);
      data[q * width + i] = c * (t * x + y);
    }
  }
  return true;
}

/** An orthonormal basis of the columns; Gram–Schmidt twice, which is as good as reflections. */
function orthonormal(matrix: Matrix): Matrix {
  const basis = copyOf(transposed(matrix));
  const { data, columns: width } = basis;
  for (let i = 0; i < basis.rows; i++) {
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const overlap = dot(basis, i, j);
        for (let k = 0; k < width; k++) {
          data[i * width + k] = (data[i * width + k] ?? 0) - overlap * (data[j * width + k] ?? 0);
        }
      }
    }
    const length = Math.sqrt(dot(basis, i, i));
    // A direction that the matrix lacks stays zero and adds nothing.
    const factor = length < 1e-150 ? 0 : 1 / length;
    for (let k = 0; k < width; k++) data[i * width + k] = (data[i * width + k] ?? 0) * factor;
  }
  return transposed(basis);
}

/** a · b */
export function product(a: Matrix, b: Matrix): Matrix {
  const data = new Float64Array(a.rows * b.columns);
  const width = b.columns;
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < a.columns; k++) {
      const factor = a.data[i * a.columns + k] ?? 0;
      if (factor === 0) continue;
      for (let j = 0; j < width; j++) {
        data[i * width + j] = (data[i * width + j] ?? 0) + factor * (b.data[k * width + j] ?? 0);
      }
    }
  }
  return { rows: a.rows, columns: width, data };
}

/** The matrix with rows and columns swapped. */
export function transposed({ rows, columns, data }: Matrix): Matrix {
  const turned = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) turned[j * rows + i] = data[i * columns + j] ?? 0;
  }
  return { rows: columns, columns: rows, data: turned };
}

function randomMatrix(rows: number, columns: number): Matrix {
  const normal = createTorchGenerator(0).randn(rows * columns);
  return { rows, columns, data: Float64Array.from(normal) };
}

function identity(size: number): Matrix {
  const data = new Float64Array(size * size);
  for (let i = 0; i < size; i++) data[i * size + i] = 1;
  return { rows: size, columns: size, data };
}

const copyOf = (matrix: Matrix): Matrix => ({ ...matrix, data: matrix.data.slice() });

const sumOfSquares = ({ data }: Matrix): number => data.reduce((sum, x) => sum + x * x, 0);

/** The product of two rows. */
function dot({ data, columns }: Matrix, i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < columns; k++) {
    sum += (data[i * columns + k] ?? 0) * (data[j * columns + k] ?? 0);
  }
  return sum;
}

function rowsInOrder(
  { columns, data }: Matrix,
  order: readonly number[],
  factorOf: (row: number) => number,
): Matrix {
  const rows = order.map((row) =>
    data.subarray(row * columns, (row + 1) * columns).map((x) => x * factorOf(row)),
  );
  const ordered = new Float64Array(order.length * columns);
  for (const [place, row] of rows.entries()) ordered.set(row, place * columns);
  return { rows: order.length, columns, data: ordered };
}

function firstOf({ u, s, v }: SingularValues, count: number): SingularValues {
  const narrowed = ({ rows, columns, data }: Matrix): Matrix => ({
    rows,
    columns: count,
    data: Float64Array.from(
      { length: rows * count },
      (_, i) => data[Math.floor(i / count) * columns + (i % count)] ?? 0,
    ),
  });
  return { u: narrowed(u), s: s.slice(0, count), v: narrowed(v) };
}
