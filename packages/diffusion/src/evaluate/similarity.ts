/** @file Cosine similarities of embedded pictures and texts, computed in float64. */

import { AtelierError, formatShape, said, type TensorOf } from "@atelier/engine";

/** Vectors `[rows, width]`, of any length but zero. */
export type Embeddings = TensorOf<"float32"> | TensorOf<"float64">;

/**
 * Mean cosine over all pairs of a row of `a` with a row of `b`.
 * @throws AtelierError `shape` unless both are `[rows, width]` of one width with a row at least,
 *   `data` for a row of zeros or of what is not finite.
 */
export function meanSimilarity(a: Embeddings, b: Embeddings): number {
  const { width } = requireSameWidth("meanSimilarity", a, b);
  // The mean over pairs of dot products is the dot product of the means.
  return dot(meanRow(unitRows(a), width), meanRow(unitRows(b), width));
}

/**
 * Cosine of each row of `a` with the row of `b` in the same place.
 * @throws AtelierError as {@link meanSimilarity}, and `shape` for other numbers of rows.
 */
export function rowSimilarities(a: Embeddings, b: Embeddings): number[] {
  const { width } = requireSameWidth("rowSimilarities", a, b);
  if (a.shape[0] !== b.shape[0]) {
    throw new AtelierError(
      "shape",
      said`rowSimilarities: expected as many rows on both sides, got ${a.shape[0]} and ${b.shape[0]}.`,
    );
  }
  const [left, right] = [unitRows(a), unitRows(b)];
  return rowsOf(left, width).map((row, i) => dot(row, right.subarray(i * width, (i + 1) * width)));
}

/**
 * Mean cosine over all pairs of different rows.
 * @throws AtelierError as {@link meanSimilarity}, and `data` for fewer than two rows.
 */
export function selfSimilarity(embeddings: Embeddings): number {
  const { width } = requireSameWidth("selfSimilarity", embeddings, embeddings);
  const [rows = 0] = embeddings.shape;
  if (rows < 2) {
    throw new AtelierError("data", said`selfSimilarity: expected two rows at least, got ${rows}.`);
  }
  const mean = meanRow(unitRows(embeddings), width);
  // All pairs of rows, less each row with itself.
  return (dot(mean, mean) * rows - 1) / (rows - 1);
}

/**
 * Cosine of every row of `a` with every row of `b`, row by row of `a`.
 * @throws AtelierError as {@link meanSimilarity}.
 */
export function allSimilarities(a: Embeddings, b: Embeddings): number[][] {
  const { width } = requireSameWidth("allSimilarities", a, b);
  const others = rowsOf(unitRows(b), width);
  return rowsOf(unitRows(a), width).map((row) => others.map((other) => dot(row, other)));
}

/**
 * For each row of `a` the row of `b` with the largest cosine, the first of equals: which of these
 * texts fits this picture best?
 * @throws AtelierError as {@link meanSimilarity}.
 */
export function nearestRows(a: Embeddings, b: Embeddings): number[] {
  return allSimilarities(a, b).map((cosines) => cosines.indexOf(Math.max(...cosines)));
}

/** The rows `[rows, width]`, each divided by its length, in float64. */
export function unitRows(embeddings: Embeddings): Float64Array {
  const [, width = 0] = embeddings.shape;
  const values = Float64Array.from(embeddings.data);
  for (const [i, row] of rowsOf(values, width).entries()) {
    const length = Math.sqrt(dot(row, row));
    if (!(length > 0 && Number.isFinite(length))) {
      throw new AtelierError(
        "data",
        said`similarity: expected embeddings of finite length above 0, got ${length} in row ${i}. The embedder or its weights are damaged.`,
      );
    }
    for (const [column, value] of row.entries()) row[column] = value / length;
  }
  return values;
}

/** The rows of a matrix, sharing its memory. */
export function rowsOf(values: Float64Array, width: number): Float64Array[] {
  return Array.from({ length: values.length / width }, (_, i) =>
    values.subarray(i * width, (i + 1) * width),
  );
}

/** The dot product of two rows of one width. */
export function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] ?? 0) * (b[i] ?? 0);
  return total;
}

/** @throws AtelierError `shape` unless both are `[rows, width]` of one width with a row at least. */
export function requireSameWidth(
  where: string,
  a: Embeddings,
  b: Embeddings,
): { readonly width: number } {
  const [width = 0] = a.shape.slice(1);
  const isMatrix = ({ shape }: Embeddings): boolean =>
    shape.length === 2 && shape[1] === width && width > 0 && (shape[0] ?? 0) > 0;
  if (isMatrix(a) && isMatrix(b)) return { width };
  throw new AtelierError(
    "shape",
    said`${where}: expected embeddings [rows, width] of one width, got ${formatShape(a.shape)} and ${formatShape(b.shape)}. Use one embedder for both.`,
  );
}

function meanRow(values: Float64Array, width: number): Float64Array {
  const mean = new Float64Array(width);
  const rows = values.length / width;
  for (let i = 0; i < values.length; i++) {
    const column = i % width;
    mean[column] = (mean[column] ?? 0) + (values[i] ?? 0) / rows;
  }
  return mean;
}
