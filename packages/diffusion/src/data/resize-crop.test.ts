/** @file Plans of resizing and cropping, and SDXL's size conditions that follow from them. */

import { describe, expect, it } from "vitest";
import { planResizeCrop } from "./resize-crop.js";

describe("planResizeCrop", () => {
  // Expected values: torchvision's Resize(512) is int(512 * long / short), and CenterCrop's
  // offset is Python's round((extent - 512) / 2), which rounds ties to even.
  it.each([
    [
      { width: 780, height: 780 },
      { width: 512, height: 512 },
      { left: 0, top: 0 },
    ],
    [
      { width: 640, height: 480 },
      { width: 682, height: 512 },
      { left: 85, top: 0 },
    ],
    [
      { width: 480, height: 641 },
      { width: 512, height: 683 },
      { left: 0, top: 86 },
    ],
    [
      { width: 1000, height: 997 },
      { width: 513, height: 512 },
      { left: 0, top: 0 },
    ],
    [
      { width: 997, height: 1003 },
      { width: 512, height: 515 },
      { left: 0, top: 2 },
    ],
  ])("places %o as torchvision does", (original, resized, crop) => {
    const plan = planResizeCrop(original, { width: 512, height: 512 });
    expect(plan).toMatchObject({ original, resized, crop });
  });

  it("covers a target that is not square without leaving its edges empty", () => {
    for (let width = 100; width < 400; width += 7) {
      const plan = planResizeCrop({ width, height: 251 }, { width: 320, height: 192 });
      expect(plan.resized.width).toBeGreaterThanOrEqual(320);
      expect(plan.resized.height).toBeGreaterThanOrEqual(192);
      expect(plan.resized.width === 320 || plan.resized.height === 192).toBe(true);
    }
  });

  it("reaches both ends of the room with a fractional crop", () => {
    const target = { width: 512, height: 512 };
    const at = (left: number) =>
      planResizeCrop({ width: 1024, height: 512 }, { ...target, crop: { left, top: 0 } }).crop;
    expect(at(0)).toEqual({ left: 0, top: 0 });
    expect(at(0.9999)).toEqual({ left: 512, top: 0 });
    expect(() => at(1)).toThrow("expected crop.left from 0 to below 1, got 1");
  });

  it.each([
    [500, "Use 504."],
    [0, "Use 8."],
    [-8, "Use 8."],
    [Number.NaN, "got NaN."],
  ])("refuses a width of %d", (width, advice) => {
    const plan = () => planResizeCrop({ width: 640, height: 480 }, { width, height: 512 });
    expect(plan).toThrow(advice);
  });
});
