/** @file Pixels of masks and of the layer that they are painted on. */

import { describe, expect, it } from "vitest";
import { countsAnything, layerFromMask, strokeEnd } from "./mask-actions.js";

describe("layerFromMask", () => {
  it("is opaque where the mask is black, and where it is transparent", () => {
    const pixels = new Uint8ClampedArray([
      ...[255, 255, 255, 255],
      ...[0, 0, 0, 255],
      ...[100, 100, 100, 255],
      ...[255, 255, 255, 0],
    ]);
    layerFromMask(pixels);
    expect([...pixels].filter((_, at) => at % 4 === 3)).toEqual([0, 255, 155, 255]);
    expect([...pixels].every((value, at) => at % 4 === 3 || value === 0)).toBe(true);
  });
});

describe("countsAnything", () => {
  it("finds one pixel that is not hidden", () => {
    const pixels = new Uint8ClampedArray(16).fill(255);
    expect(countsAnything(pixels)).toBe(false);
    pixels[7] = 254;
    expect(countsAnything(pixels)).toBe(true);
  });
});

describe("strokeEnd", () => {
  it("holds the points that were added and the one before them", () => {
    const stroke = { kind: "stroke", isErasing: false, size: 4 } as const;
    expect(strokeEnd({ ...stroke, points: [1, 1, 2, 2, 3, 3] }, 1).points).toEqual([2, 2, 3, 3]);
    expect(strokeEnd({ ...stroke, points: [1, 1] }, 1).points).toEqual([1, 1]);
  });
});
