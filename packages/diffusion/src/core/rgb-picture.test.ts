/** @file Bytes to pixels from −1 to 1 and back. */

import { floatTensor } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { pixelsFromRgb, rgbFromPixels } from "./rgb-picture.js";

describe("pixelsFromRgb and rgbFromPixels", () => {
  it("give every level back", () => {
    const data = Uint8Array.from({ length: 768 }, (_, index) => index % 256);
    const picture = { width: 16, height: 16, data };
    expect(rgbFromPixels(pixelsFromRgb(picture))).toEqual(picture);
  });

  it("normalise as torch does, in float32", () => {
    // torch: (torch.tensor([0, 1, 100, 127, 128, 255]).float().div(255) - 0.5) / 0.5
    const data = Uint8Array.of(0, 1, 100, 127, 128, 255);
    const { data: pixels } = pixelsFromRgb({ width: 2, height: 1, data });
    const torch = [-1, -0.003921568393707275, -0.9921568632125854];
    expect([pixels[0], pixels[1], pixels[2]]).toEqual([torch[0], torch[1], torch[2]]);
    expect([pixels[3], pixels[4], pixels[5]]).toEqual([
      0.003921627998352051, -0.21568626165390015, 1,
    ]);
  });

  it("mirrors the picture left to right", () => {
    const data = Uint8Array.of(0, 0, 0, 255, 255, 255);
    const { data: pixels } = pixelsFromRgb({ width: 2, height: 1, data }, { flip: true });
    expect([...pixels]).toEqual([1, -1, 1, -1, 1, -1]);
  });

  it("clamps what lies outside and rounds ties to even", () => {
    // -0.4 and 0 lie on 76.5 and 127.5; numpy's round gives 76 and 128.
    const pixels = floatTensor([-7, 7, -0.4, 0, -1, 1], [1, 3, 1, 2]);
    expect([...rgbFromPixels(pixels).data]).toEqual([0, 76, 0, 255, 128, 255]);
  });

  it("refuses NaN and shapes that are no picture", () => {
    expect(() => rgbFromPixels(floatTensor([0, Number.NaN, 0], [3, 1, 1]))).toThrow(
      "got NaN at element 1",
    );
    expect(() => rgbFromPixels(floatTensor([0, 0, 0, 0], [4, 1, 1]))).toThrow("got [4, 1, 1]");
  });
});
