/** @file The average of weights: it forgets its beginning at once and then follows slowly. */

import { expect, it } from "vitest";
import { averageEverySteps, weightAverage } from "./weight-average.js";

it("takes the weights at the first update, then keeps the power of the decay", () => {
  const decay = 0.999;
  const after = (average: number, weights: number, step: number, since = 0): number => {
    const values = Float32Array.of(average);
    weightAverage(decay, since)(values, Float32Array.of(weights), step - since);
    return values[0] ?? Number.NaN;
  };
  expect(after(100, 1, averageEverySteps)).toBe(1);
  expect(after(1, 0, 2 * averageEverySteps)).toBeCloseTo(1 / 10, 6);
  expect(after(1, 0, 2 * averageEverySteps - 1)).toBe(1);
  expect(after(1, 0, 100_000)).toBeCloseTo(decay ** averageEverySteps, 6);
  expect(after(1, 0, 100_000, 99_995)).toBe(after(1, 0, 100_000));
});
