/** @file Numbers as they were written, from what is left of them in a type. */

import { describe, expect, it } from "vitest";
import { writtenNumber } from "./written-number.js";

describe("writtenNumber", () => {
  it.each([0.1, 0.3, 1, 8, 12.5, 0.42, 1e-7, -0.8])("finds %d in float32", (value) => {
    expect(writtenNumber(Math.fround(value))).toBe(value);
  });

  // 0.1 as numpy.float16 and torch.bfloat16 hold it.
  it.each([
    ["F16", 0.0999755859375, 0.1],
    ["BF16", 0.10009765625, 0.1],
    ["F16", 1, 1],
  ] as const)("finds what was written in %s", (dtype, stored, written) => {
    expect(writtenNumber(stored, dtype)).toBe(written);
  });

  it("leaves what has no short form", () => {
    expect(writtenNumber(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(writtenNumber(Number.NaN)).toBeNaN();
  });
});
