/** @file Reductions. */

import type { ReduceAttributes } from "../../graph/op-attributes.js";
import { type Shape, sizeOf } from "../../shape.js";
import {
  at,
  broadcastPosition,
  type Evaluators,
  forEachIndex,
  operand,
  type Value,
} from "./value.js";

/** Folds the elements along some axes. */
function fold(
  { shape, data }: Value,
  axes: readonly number[],
  start: number,
  step: (total: number, x: number) => number,
): Float64Array {
  const kept: Shape = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const result = new Float64Array(sizeOf(kept)).fill(start);
  const target = broadcastPosition(kept);
  forEachIndex(shape, (index, position) => {
    const to = target(index);
    result[to] = step(at(result, to), at(data, position));
  });
  return result;
}

export const reduceEvaluators: Evaluators<keyof ReduceAttributes> = {
  sum: ({ attributes: { axes } }, inputs) => fold(operand(inputs, 0), axes, 0, (a, b) => a + b),
  mean({ attributes: { axes } }, inputs) {
    const x = operand(inputs, 0);
    const count = sizeOf(axes.map((axis) => x.shape[axis] ?? 1));
    return fold(x, axes, 0, (a, b) => a + b).map((total) => total / count);
  },
  max: ({ attributes: { axes } }, inputs) =>
    fold(operand(inputs, 0), axes, Number.NEGATIVE_INFINITY, (a, b) => Math.max(a, b)),
  sumSquares: (_, inputs) =>
    Float64Array.of(operand(inputs, 0).data.reduce((total, x) => total + x * x, 0)),
  argmax({ attributes: { axis } }, inputs) {
    const x = operand(inputs, 0);
    const kept = x.shape.map((extent, i) => (i === axis ? 1 : extent));
    const best = new Float64Array(sizeOf(kept)).fill(Number.NEGATIVE_INFINITY);
    const result = new Float64Array(best.length);
    const target = broadcastPosition(kept);
    forEachIndex(x.shape, (index, position) => {
      const to = target(index);
      if (at(x.data, position) <= at(best, to)) return;
      best[to] = at(x.data, position);
      result[to] = index[axis] ?? 0;
    });
    return result;
  },
  softmax: ({ shape }, inputs) => softmaxRows(operand(inputs, 0).data, shape.at(-1) ?? 1),
};

/** Softmax of consecutive rows of `width` elements. */
export function softmaxRows(data: Float64Array, width: number): Float64Array {
  const result = new Float64Array(data.length);
  for (let start = 0; start < data.length; start += width) {
    const row = data.subarray(start, start + width);
    const largest = row.reduce((a, b) => Math.max(a, b));
    const powers = row.map((x) => Math.exp(x - largest));
    const total = powers.reduce((a, b) => a + b);
    result.set(
      powers.map((power) => power / total),
      start,
    );
  }
  return result;
}
