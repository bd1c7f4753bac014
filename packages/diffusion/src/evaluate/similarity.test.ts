/** @file Similarities and distances against NumPy and against what must hold. */

import type { TensorOf } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { cmmd, kernelDistance } from "./distribution-distance.js";
import {
  allSimilarities,
  meanSimilarity,
  nearestRows,
  rowSimilarities,
  selfSimilarity,
} from "./similarity.js";
import { vendiScore } from "./vendi-score.js";

function matrix(rows: number, value: (row: number, column: number) => number): TensorOf<"float64"> {
  const data = Float64Array.from({ length: rows * 3 }, (_, i) => value(Math.floor(i / 3), i % 3));
  return { dtype: "float64", shape: [rows, 3], data };
}

const a = matrix(4, (i, j) => Math.sin(1 + 3 * i + j));
const b = matrix(4, (i, j) => Math.cos(2 + 5 * i - j));
const rows = (count: number): TensorOf<"float64"> => ({
  dtype: "float64",
  shape: [count, 3],
  data: b.data.subarray(0, 3 * count),
});

// All numbers by the definitions in NumPy 2, float64.
describe("similarities", () => {
  it("are the mean cosine of all pairs, the cosine row by row, and the mean without the diagonal", () => {
    expect(meanSimilarity(a, b)).toBeCloseTo(0.009672087295929443, 12);
    const expected = [
      0.1870017076372547, -0.999991094670123, 0.14237017896305104, 0.9607371455331993,
    ];
    for (const [i, cosine] of rowSimilarities(a, b).entries()) {
      expect(cosine).toBeCloseTo(expected[i] ?? Number.NaN, 12);
    }
    expect(selfSimilarity(a)).toBeCloseTo(-0.3273917442435012, 12);
  });

  it("are those of all pairs, row by row", () => {
    const all = allSimilarities(a, rows(3));
    expect(all.map((row) => row.length)).toEqual([3, 3, 3, 3]);
    for (const [i, row] of allSimilarities(a, a).entries()) expect(row[i]).toBeCloseTo(1, 12);
    const mean = all.flat().reduce((sum, cosine) => sum + cosine, 0) / 12;
    expect(meanSimilarity(a, rows(3))).toBeCloseTo(mean, 12);
    expect(all[2]?.[1]).toBeCloseTo(0.9915167428107303, 12);
  });

  it("choose the nearest row, the first of equals", () => {
    const axes = matrix(4, (i, j) => (i % 3 === j ? i + 1 : 0));
    const seen = matrix(
      3,
      (i, j) =>
        [
          [0.1, 0.2, 9],
          [5, 4, 3],
          [-1, 0.1, -9],
        ][i]?.[j] ?? 0,
    );
    // Rows 0 and 3 of `axes` point the same way.
    expect(nearestRows(seen, axes)).toEqual([2, 0, 1]);
  });

  it("do not depend on the length of vectors", () => {
    const longer = { ...a, data: a.data.map((value) => 5 * value) };
    expect(meanSimilarity(longer, b)).toBeCloseTo(meanSimilarity(a, b), 12);
  });

  it("refuse other widths, other numbers of rows, single rows and rows without direction", () => {
    const flat = { dtype: "float64", shape: [6, 2], data: new Float64Array(12).fill(1) } as const;
    expect(() => meanSimilarity(a, flat)).toThrow("of one width, got [4, 3] and [6, 2]");
    expect(() => rowSimilarities(a, rows(3))).toThrow("as many rows on both sides, got 4 and 3");
    expect(() => selfSimilarity(rows(1))).toThrow("expected two rows at least, got 1");
    expect(() =>
      meanSimilarity(
        a,
        matrix(2, () => 0),
      ),
    ).toThrow("of finite length above 0, got 0");
    const broken = matrix(2, (i) => (i === 1 ? Number.NaN : 1));
    expect(() => meanSimilarity(broken, a)).toThrow("got NaN in row 1");
  });
});

describe("the Vendi score", () => {
  it("is that of NumPy's eigenvalues, whatever the length of vectors", () => {
    expect(vendiScore(a)).toBeCloseTo(1.1132375594123531, 12);
    expect(vendiScore(b)).toBeCloseTo(1.9384601919341342, 12);
    expect(vendiScore({ ...b, data: b.data.map((value) => 7 * value) })).toBeCloseTo(
      1.9384601919341342,
      12,
    );
  });

  it("counts what is different: 1 of the same, all of what has nothing in common", () => {
    expect(vendiScore(rows(1))).toBeCloseTo(1, 12);
    expect(vendiScore(matrix(5, () => 3))).toBeCloseTo(1, 12);
    expect(vendiScore(matrix(3, (i, j) => (i === j ? 1 : 0)))).toBeCloseTo(3, 12);
    expect(vendiScore(matrix(6, (i, j) => (i % 3 === j ? 1 : 0)))).toBeCloseTo(3, 12);
  });

  it("refuses no rows and rows without direction", () => {
    expect(() => vendiScore(rows(0))).toThrow("expected embeddings [rows, width] of one width");
    expect(() => vendiScore(matrix(2, () => 0))).toThrow("of finite length above 0");
  });
});

describe("distances", () => {
  it("of kernels take sets of different sizes", () => {
    expect(kernelDistance(a, rows(3))).toBeCloseTo(-0.35278514739714106, 12);
  });

  it("grow with what sets them apart, and are near 0 for the same set", () => {
    const shifted = (by: number) => ({ ...a, data: a.data.map((value) => value + by) });
    expect(cmmd(a, a)).toBeCloseTo(0, 9);
    for (const distance of [kernelDistance, cmmd]) {
      expect(distance(a, shifted(0.3))).toBeLessThan(distance(a, shifted(1)));
    }
  });

  it("refuse a single row where the estimator divides by none", () => {
    expect(() => kernelDistance(a, rows(1))).toThrow("two rows at least on each side, got 4 and 1");
  });
});
