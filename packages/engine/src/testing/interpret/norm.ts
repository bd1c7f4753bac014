/** @file Standardisation, row by row. */

import type { NormAttributes } from "../../graph/op-attributes.js";
import { type Evaluators, operand, type Value } from "./value.js";

interface Row {
  readonly data: Float64Array;
  readonly mean: number;
  readonly variance: number;
}

function rowsOf({ shape, data }: Value): Row[] {
  const width = shape.at(-1) ?? 1;
  return Array.from({ length: data.length / width }, (_, i) => {
    const row = data.subarray(i * width, (i + 1) * width);
    const mean = row.reduce((a, b) => a + b, 0) / width;
    const variance = row.reduce((total, x) => total + (x - mean) ** 2, 0) / width;
    return { data: row, mean, variance };
  });
}

export const normEvaluators: Evaluators<keyof NormAttributes> = {
  standardize({ attributes: { epsilon } }, inputs) {
    const result: number[] = [];
    for (const { data, mean, variance } of rowsOf(operand(inputs, 0))) {
      for (const x of data) result.push((x - mean) / Math.sqrt(variance + epsilon));
    }
    return Float64Array.from(result);
  },
  inverseDeviation: ({ attributes: { epsilon } }, inputs) =>
    Float64Array.from(
      rowsOf(operand(inputs, 0)).map(({ variance }) => 1 / Math.sqrt(variance + epsilon)),
    ),
};
