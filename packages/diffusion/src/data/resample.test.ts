/** @file Resizing, compared bit for bit with Pillow's results. */

import { describe, expect, it } from "vitest";
import { sha256Hex } from "../core/content-hash.js";
import type { RgbPicture } from "../core/rgb-picture.js";
import { type ResampleFilter, resampleRgb } from "./resample.js";

/** A reproducible picture of noise: the worst case for a resampler's rounding. */
function noisePicture(width: number, height: number): RgbPicture {
  let state = 12345;
  const data = Uint8Array.from({ length: 3 * width * height }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 16) & 255;
  });
  return { width, height, data };
}

/** First 16 digits of the SHA-256 of what Pillow 13.0.0's `Image.resize` returns. */
const pillow: readonly [number, number, number, number, ResampleFilter, string][] = [
  [37, 23, 16, 10, "bilinear", "85e94f4d00b77a97"],
  [37, 23, 16, 10, "bicubic", "775e474942320bd5"],
  [37, 23, 16, 10, "lanczos", "3b311698005657fe"],
  [37, 23, 64, 40, "bilinear", "804c9fc73da9e1f9"],
  [37, 23, 64, 40, "bicubic", "fd7db2e8552754eb"],
  [37, 23, 64, 40, "lanczos", "049aa0d82f1b9fdc"],
  [8, 200, 8, 64, "bilinear", "dacc998ec587228c"],
  [8, 200, 8, 64, "bicubic", "43e602493f998e4c"],
  [8, 200, 8, 64, "lanczos", "a0f0636eaa70911d"],
  [200, 9, 31, 9, "bilinear", "d9ae79e149c6e830"],
  [200, 9, 31, 9, "bicubic", "101fc73d98595b14"],
  [200, 9, 31, 9, "lanczos", "65a49ad373245168"],
  [5, 7, 5, 7, "lanczos", "905ca041d1f88be2"],
  // Heights that shrink by more than twice what widths do, where Pillow 13 resizes vertically first, and by just that.
  [23, 60, 16, 41, "bilinear", "7086730191cac9d5"],
  [23, 60, 16, 41, "bicubic", "a0bcbb68654afc7b"],
  [23, 60, 16, 41, "lanczos", "969e74a926b15501"],
  [60, 23, 80, 10, "bicubic", "70c50c8cd18fed5b"],
  [20, 41, 10, 20, "bicubic", "9d19b667b036aced"],
  [20, 40, 10, 20, "bicubic", "c85845e2d65a7ff4"],
  [23, 37, 64, 103, "lanczos", "f5cee01b73cce123"],
];

describe("resampleRgb", () => {
  it.each(pillow)("resizes %ix%i to %ix%i with %s to Pillow's bits", async (...row) => {
    const [width, height, toWidth, toHeight, filter, hash] = row;
    const resized = { width: toWidth, height: toHeight };
    const { data } = resampleRgb(noisePicture(width, height), resized, { filter });
    expect((await sha256Hex(data)).slice(0, 16)).toBe(hash);
  });

  it("computes a window of the resized picture alone", () => {
    const picture = noisePicture(7, 5);
    const whole = resampleRgb(picture, { width: 3, height: 2 });
    expect([...whole.data]).toEqual([
      104, 95, 115, 115, 84, 112, 152, 74, 153, 139, 152, 109, 117, 78, 163, 133, 157, 164,
    ]);
    const window = { left: 1, top: 0, width: 2, height: 2 };
    const part = resampleRgb(picture, { width: 3, height: 2 }, { window });
    expect([...part.data]).toEqual([115, 84, 112, 152, 74, 153, 117, 78, 163, 133, 157, 164]);
  });

  it("computes the same window whichever pass comes first", () => {
    for (const [width, height] of [
      [23, 60],
      [60, 23],
    ] as const) {
      const picture = noisePicture(width, height);
      const resized = { width: 16, height: 20 };
      const whole = resampleRgb(picture, resized);
      const window = { left: 3, top: 4, width: 10, height: 12 };
      const { data } = resampleRgb(picture, resized, { window });
      const expected = Array.from({ length: 12 }, (_, y) =>
        whole.data.subarray(3 * ((y + 4) * 16 + 3), 3 * ((y + 4) * 16 + 13)),
      );
      expect([...data]).toEqual(expected.flatMap((row) => [...row]));
    }
  });

  it("refuses a window that leaves the picture", () => {
    const window = { left: 2, top: 0, width: 2, height: 2 };
    expect(() => resampleRgb(noisePicture(7, 5), { width: 3, height: 2 }, { window })).toThrow(
      "expected a window inside 3x2, got 2x2 at left 2, top 0",
    );
  });

  it("refuses bytes that do not fill the picture", () => {
    const picture = { width: 4, height: 4, data: new Uint8Array(47) };
    expect(() => resampleRgb(picture, { width: 2, height: 2 })).toThrow("expected 48 bytes");
  });
});
