/**
 * @file How far two sets of pictures are from each other as distributions, by the maximum mean
 * discrepancy (Gretton et al. 2012) of their embeddings under two kernels.
 */

import { AtelierError, said } from "@atelier/engine";
import { dot, type Embeddings, requireSameWidth, rowsOf, unitRows } from "./similarity.js";

/** σ and the factor of CMMD, as its authors chose them. */
const cmmd10 = { sigma: 10, scale: 1000 } as const;

/**
 * Kernel distance with the kernel (x·y / width + 1)³ and the unbiased estimator over all rows (KID,
 * Bińkowski et al. 2018, arXiv 1801.01401, without its subsets); near or below 0 for samples of one
 * distribution. KID proper embeds with Inception: numbers of other embedders do not compare.
 * @throws AtelierError `shape` for other widths, `data` for fewer than two rows on a side.
 */
export function kernelDistance(a: Embeddings, b: Embeddings): number {
  const { width } = requireSameWidth("kernelDistance", a, b);
  const [left, right] = [a, b].map(({ data }) => rowsOf(Float64Array.from(data), width));
  const kernel = (x: Float64Array, y: Float64Array): number => (dot(x, y) / width + 1) ** 3;
  if (left === undefined || right === undefined || left.length < 2 || right.length < 2) {
    throw new AtelierError(
      "data",
      said`kernelDistance: expected two rows at least on each side, got ${a.shape[0]} and ${b.shape[0]}.`,
    );
  }
  const within = (rows: readonly Float64Array[]): number => {
    const itself = rows.reduce((sum, row) => sum + kernel(row, row), 0);
    const all = meanKernel(rows, rows, kernel) * rows.length ** 2;
    return (all - itself) / (rows.length * (rows.length - 1));
  };
  return within(left) + within(right) - 2 * meanKernel(left, right, kernel);
}

/**
 * CMMD (Jayasumana et al. 2024, arXiv 2401.09603): Gaussian kernel with σ = 10 on unit vectors, the
 * biased estimator as in the authors' code, times 1000. CMMD proper embeds with CLIP ViT-L/14@336.
 * @throws AtelierError `shape` for other widths, `data` for a row without direction.
 */
export function cmmd(a: Embeddings, b: Embeddings): number {
  const { width } = requireSameWidth("cmmd", a, b);
  const [left, right] = [rowsOf(unitRows(a), width), rowsOf(unitRows(b), width)];
  const { sigma, scale } = cmmd10;
  // |x − y|² of unit vectors is 2 − 2·cosine.
  const kernel = (x: Float64Array, y: Float64Array): number =>
    Math.exp((dot(x, y) - 1) / sigma ** 2);
  const within = meanKernel(left, left, kernel) + meanKernel(right, right, kernel);
  return scale * (within - 2 * meanKernel(left, right, kernel));
}

function meanKernel(
  left: readonly Float64Array[],
  right: readonly Float64Array[],
  kernel: (x: Float64Array, y: Float64Array) => number,
): number {
  let total = 0;
  for (const x of left) for (const y of right) total += kernel(x, y);
  return total / (left.length * right.length);
}
