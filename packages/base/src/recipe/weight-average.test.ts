/** @file The average of weights: it forgets its beginning at once and then follows slowly. */

import { expect, it } from "vitest";
import { averageEverySteps, weightAverage } from "./weight-average.js";

it("takes the weights at the first update, then keeps the power of the decay", () => {
  const decay = 0.999;
  const kept = (step: number, since = 0): number => weightAverage(decay, since)(step - since);
  expect(kept(averageEverySteps)).toBe(0);
  expect(kept(2 * averageEverySteps)).toBeCloseTo(1 / 10, 6);
  expect(kept(2 * averageEverySteps - 1)).toBe(1);
  expect(kept(100_000)).toBeCloseTo(decay ** averageEverySteps, 6);
  expect(kept(100_000, 99_995)).toBe(kept(100_000));
});
