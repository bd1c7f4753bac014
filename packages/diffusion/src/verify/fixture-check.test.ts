/** @file The comparison that judges fixtures: errors, tolerances, NaN. */

import { floatTensor } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import {
  compareTensors,
  gradientTolerance,
  lossTolerance,
  outputTolerance,
  worstOf,
} from "./fixture-check.js";

const pair = (actual: number[], expected: number[]) => ({
  actual: floatTensor(actual, [actual.length]),
  expected: floatTensor(expected, [expected.length]),
});

describe("compareTensors", () => {
  it("reports the largest error and the tolerance of the reference's scale", () => {
    const check = compareTensors("x", pair([1, 2.5, -8], [1, 2, -8]), outputTolerance);
    expect(check).toMatchObject({ status: "FAIL", error: 0.5, tolerance: 8e-4 });
    expect(check.detail).toBe("largest error at element 1");
  });

  it("accepts errors up to the tolerance", () => {
    expect(compareTensors("x", pair([1.5], [1]), () => 0.5).status).toBe("ok");
  });

  it("fails for NaN, even where the reference has it", () => {
    expect(compareTensors("x", pair([0, Number.NaN], [0, 0]), () => 1).status).toBe("FAIL");
    expect(compareTensors("x", pair([0, 1], [Number.NaN, 1]), () => 1).status).toBe("FAIL");
  });

  it("fails for infinity", () => {
    expect(compareTensors("x", pair([Number.POSITIVE_INFINITY], [1]), () => 1).status).toBe("FAIL");
  });

  it("fails for another shape and names both", () => {
    const check = compareTensors("x", pair([1, 2], [1]), () => 1);
    expect(check).toEqual({ status: "FAIL", name: "x", detail: "expected [1], got [2]" });
  });

  it("has the tolerances of the fixtures", () => {
    expect([0.5, 20].map(outputTolerance)).toEqual([1e-4, 2e-3]);
    expect([0.5, 20].map(lossTolerance)).toEqual([5e-6, 2e-4]);
    expect([1e-9, 20].map(gradientTolerance)).toEqual([1e-6, 2e-2]);
  });
});

describe("worstOf", () => {
  it("picks the largest error in units of its tolerance", () => {
    const small = compareTensors("small", pair([1.25], [1]), () => 1);
    const large = compareTensors("large", pair([108], [100]), () => 100);
    expect(worstOf("all", [large, small])).toEqual({
      status: "ok",
      name: "all",
      error: 0.25,
      tolerance: 1,
      detail: "worst of 2: small",
    });
  });

  it("puts a comparison that could not be made before all others", () => {
    const misshapen = compareTensors("misshapen", pair([1, 2], [1]), () => 1);
    const wrong = compareTensors("wrong", pair([9], [1]), () => 1);
    const check = worstOf("all", [wrong, misshapen]);
    expect(check.status).toBe("FAIL");
    expect(check.detail).toBe("2 of 2 failed, worst of 2: misshapen, expected [1], got [2]");
  });
});
