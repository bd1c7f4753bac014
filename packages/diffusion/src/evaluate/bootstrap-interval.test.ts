/** @file Intervals by resampling: near those of normal theory where that holds, and for ratios. */

import { createTorchGenerator } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { bootstrapInterval, meanAt, meanInterval } from "./bootstrap-interval.js";

const values = Array.from(createTorchGenerator(5).randn(200), (value) => 3 + 2 * value);
const mean = values.reduce((sum, value) => sum + value, 0) / values.length;

describe("meanInterval", () => {
  it("is that of normal theory for many values", () => {
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const error = Math.sqrt(variance / values.length);
    const estimate = meanInterval(values);
    expect(estimate.value).toBeCloseTo(mean, 12);
    // Percentiles of 2000 resamples are themselves a few per cent off.
    expect((mean - estimate.low) / error).toBeCloseTo(1.96, 0);
    expect((mean - estimate.low) / error).toBeGreaterThan(1.8);
    expect((estimate.high - mean) / error).toBeLessThan(2.12);
    expect((estimate.high - mean) / error).toBeGreaterThan(1.8);
  });

  it("is the same each time, a point for equal values, and none of fewer than two", () => {
    expect(meanInterval(values)).toEqual(meanInterval(values));
    expect(meanInterval([2, 2, 2])).toEqual({ value: 2, low: 2, high: 2 });
    expect(meanInterval([2])).toEqual({ value: 2, low: Number.NaN, high: Number.NaN });
    expect(meanInterval([])).toEqual({ value: Number.NaN, low: Number.NaN, high: Number.NaN });
  });
});

describe("bootstrapInterval", () => {
  it("draws the units of both sides of a ratio together", () => {
    const doubled = values.map((value) => 2 * value);
    const ratio = bootstrapInterval(
      values.length,
      (positions) => meanAt(doubled)(positions) / meanAt(values)(positions),
    );
    for (const end of [ratio.value, ratio.low, ratio.high]) expect(end).toBeCloseTo(2, 12);
  });
});
