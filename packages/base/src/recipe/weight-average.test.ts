/** @file The average of weights: it forgets its beginning at once and then follows slowly. */

import { floatTensor } from "@atelier/engine";
import { expect, it } from "vitest";
import type { NamedWeights } from "./recipe.js";
import { averageEverySteps, updateAverage } from "./weight-average.js";

it("takes the weights at the first update, then keeps the power of the decay", () => {
  const at = (value: number): NamedWeights => new Map([["w", floatTensor([value], [1])]]);
  const value = (weights: NamedWeights) => weights.get("w")?.data[0] ?? Number.NaN;
  const decay = 0.999;
  let average = updateAverage(at(100), at(1), { decay, step: averageEverySteps });
  expect(value(average)).toBe(1);
  average = updateAverage(average, at(0), { decay, step: 2 * averageEverySteps });
  expect(value(average)).toBeCloseTo(1 / 10, 6);
  average = updateAverage(at(1), at(0), { decay, step: 100_000 });
  expect(value(average)).toBeCloseTo(decay ** averageEverySteps, 6);
});
