/** @file Both forms of the means over matrices, in float64 by definition. */

import { describe, expect, it } from "vitest";
import { input } from "../graph/ops/source.js";
import { sizeOf } from "../shape.js";
import { interpret } from "../testing/interpret.js";
import { matrixMeans } from "./matrix-means.js";

const valueAt = (matrix: number, row: number, column: number): number =>
  Math.sin(1 + matrix) + 10 * row + 0.5 * column * column;

describe("matrixMeans", () => {
  it.each([
    { shape: [5, 4], stack: 1 },
    { shape: [3, 2, 3, 5], stack: 6 },
    { shape: [2, 9, 8], stack: 2 },
  ])("averages rows and columns and spreads them: $shape", ({ shape, stack }) => {
    const [rows = 0, columns = 0] = shape.slice(-2);
    const means = matrixMeans(shape);
    const x = input("x", means.shape);
    const byRow = means.rows(x);
    const results = interpret(
      {
        outputs: {
          rows: byRow,
          columns: means.columns(x),
          ofRows: means.ofRows(byRow),
          spreadRows: means.spreadRows(byRow),
          spreadColumns: means.spreadColumns(means.columns(x)),
        },
      },
      {
        x: Float64Array.from({ length: sizeOf(shape) }, (_, i) => {
          const within = i % (rows * columns);
          return valueAt(
            Math.floor(i / (rows * columns)),
            Math.floor(within / columns),
            within % columns,
          );
        }),
      },
    );
    const range = (count: number) => Array.from({ length: count }, (_, i) => i);
    const average = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const rowMeans = range(stack).map((m) =>
      range(rows).map((r) => average(range(columns).map((c) => valueAt(m, r, c)))),
    );
    const columnMeans = range(stack).map((m) =>
      range(columns).map((c) => average(range(rows).map((r) => valueAt(m, r, c)))),
    );
    const expectClose = (name: string, expected: readonly number[]) => {
      const actual = [...(results[name] ?? [])];
      expect(actual).toHaveLength(expected.length);
      for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 5);
    };
    expectClose("rows", rowMeans.flat());
    expectClose("columns", columnMeans.flat());
    expectClose("ofRows", rowMeans.map(average));
    // Small matrices are spread out; others broadcast and stay as they are.
    const isSpread = means.shape.length === 2 && shape.length > 2;
    const perRow = rowMeans.flatMap((row) =>
      row.flatMap((value) => range(columns).map(() => value)),
    );
    const perColumn = columnMeans.flatMap((column) => range(rows).flatMap(() => column));
    expectClose("spreadRows", isSpread ? perRow : rowMeans.flat());
    expectClose("spreadColumns", isSpread ? perColumn : columnMeans.flat());
  });
});
