/** @file The rate that breaks a training, read off range tests. */

import { describe, expect, it } from "vitest";
import { limitAtEnd, type RangeLook, rangeLimit } from "./range-limit.js";

const looks = (...train: (number | undefined)[]): RangeLook[] =>
  train.map((value, index) => ({ rate: 10 ** index, train: value }));

describe("a range test", () => {
  it("has found nothing while the error falls, or rises at one look only", () => {
    expect(rangeLimit([])).toBeUndefined();
    expect(rangeLimit(looks(0, -0.1, -0.3))).toBeUndefined();
    expect(rangeLimit(looks(0, -0.1, -0.3, -0.2))).toBeUndefined();
    expect(rangeLimit(looks(0, -0.1, -0.3, -0.2, -0.4))).toBeUndefined();
    expect(rangeLimit(looks(0, -0.3, -0.26, -0.26))).toBeUndefined();
  });

  it("ends where the error has risen at two looks in a row, at the first of their rates", () => {
    expect(rangeLimit(looks(0, -0.1, -0.3, -0.25, -0.2))).toEqual({ rate: 1e3, isOpen: false });
    expect(rangeLimit(looks(0.05, 0.1))).toEqual({ rate: 1, isOpen: false });
    // What comes later changes nothing.
    expect(rangeLimit(looks(0, -0.3, -0.2, -0.2, -0.9))).toEqual({ rate: 1e2, isOpen: false });
  });

  it("ends at the last rate with finite numbers, or at the one that had risen before", () => {
    expect(rangeLimit(looks(0, -0.2, undefined))).toEqual({ rate: 10, isOpen: false });
    expect(rangeLimit(looks(0, -0.2, Number.NaN))).toEqual({ rate: 10, isOpen: false });
    expect(rangeLimit(looks(0, -0.2, 0.1, undefined))).toEqual({ rate: 1e2, isOpen: false });
    expect(rangeLimit(looks(undefined))).toEqual({ rate: 1, isOpen: false });
  });

  it("that breaks nothing ends at its last rate, which is no limit", () => {
    expect(limitAtEnd(looks(0, -0.1, -0.3))).toEqual({ rate: 1e2, isOpen: true });
    expect(limitAtEnd(looks(0, -0.1, 0.1, 0.2))).toEqual({ rate: 1e2, isOpen: false });
    expect(limitAtEnd([])).toBeUndefined();
  });
});
