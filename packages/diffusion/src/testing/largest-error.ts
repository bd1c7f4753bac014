/** @file The distance between two tensors, as tests judge it. */

import type { FloatTensor } from "@atelier/engine";
import { expect } from "vitest";

/** The largest difference of two elements; fails where the shapes differ, NaN where one has NaN. */
export function largestError(actual: FloatTensor | undefined, expected: FloatTensor): number {
  expect(actual?.shape).toEqual(expected.shape);
  return expected.data.reduce(
    (largest, value, i) => Math.max(largest, Math.abs((actual?.data[i] ?? Number.NaN) - value)),
    0,
  );
}
