/** @file Cutouts: painting at any place and angle, colours moved around the circle, likeness. */

import { describe, expect, it } from "vitest";
import { paintOver } from "../world/composite.js";
import {
  type CutoutPlace,
  cutoutOf,
  halved,
  paintCutout,
  recoloured,
  unlikeness,
} from "./instance-cutout.js";

/** Bytes without a pattern. */
const bytes = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 7919 + (i >> 3) * 104729) % 256);
const side = 8;
const raster = { side, rgba: bytes(4 * side * side) };
const picture = () => ({ width: 16, height: 16, data: bytes(3 * 16 * 16) });
const upright: CutoutPlace = {
  ...{ x: 9, y: 6, width: side, height: side },
  ...{ turnRadians: 0, isMirrored: false, hue: 0 },
};

function mirrored({ rgba }: typeof raster): typeof raster {
  const turned = rgba.map((_, i) => {
    const [pixel, channel] = [Math.floor(i / 4), i % 4];
    const x = pixel % side;
    return rgba[4 * (pixel + side - 1 - 2 * x) + channel] ?? 0;
  });
  return { side, rgba: turned };
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? 0))));
}

describe("paintCutout", () => {
  it.each([false, true])(
    "paints upright what plain painting paints, mirrored: %s",
    (isMirrored) => {
      const expected = picture();
      paintOver(expected, isMirrored ? mirrored(raster) : raster, { left: 5, top: 2 });
      const painted = picture();
      paintCutout(painted, cutoutOf(raster), { ...upright, isMirrored });
      // Colours are rounded once more when they are multiplied by opacity.
      expect(largestDifference(painted.data, expected.data)).toBeLessThanOrEqual(1);
      expect(largestDifference(painted.data, picture().data)).toBeGreaterThan(100);
    },
  );

  it("turns clockwise and cuts off what lies outside", () => {
    const dot = { side, rgba: new Uint8Array(4 * side * side) };
    // Red, in the middle of the upper edge.
    dot.rgba.set([255, 0, 0, 255, 255, 0, 0, 255], 4 * (side / 2 - 1));
    const paper = () => ({ width: 16, height: 16, data: new Uint8Array(3 * 16 * 16) });
    const quarter = paper();
    paintCutout(quarter, dot, { ...upright, x: 8, y: 8, turnRadians: Math.PI / 2 });
    const red = [...quarter.data.keys()].filter((i) => (quarter.data[i] ?? 0) > 250);
    // The middle of the right edge: column 11, rows 7 and 8.
    expect(red).toEqual([3 * (7 * 16 + 11), 3 * (8 * 16 + 11)]);
    const outside = paper();
    paintCutout(outside, cutoutOf(raster), { ...upright, x: -20 });
    expect(Math.max(...outside.data)).toBe(0);
  });
});

describe("recoloured", () => {
  it("is a change of channels at a third of the circle, and nothing at none", () => {
    const cutout = cutoutOf(raster);
    expect([...recoloured(cutout, 0)]).toEqual([...cutout.rgba]);
    const turned = recoloured(cutout, 2);
    for (let i = 0; i < turned.length; i += 4) {
      const [red = 0, green = 0, blue = 0, opacity = 0] = cutout.rgba.subarray(i, i + 4);
      [blue, red, green, opacity].forEach((value, channel) => {
        expect(turned[i + channel]).toBeCloseTo(value, 9);
      });
    }
  });
});

describe("halved", () => {
  it("holds the mean of four pixels", () => {
    const { side: half, rgba } = halved({ side: 2, rgba: Uint8Array.of(...bytes(16)) });
    const all = bytes(16);
    const mean = (channel: number) =>
      Math.round([0, 4, 8, 12].reduce((sum, at) => sum + (all[at + channel] ?? 0), 0) / 4);
    expect([half, ...rgba]).toEqual([1, mean(0), mean(1), mean(2), mean(3)]);
  });
});

describe("unlikeness", () => {
  it("is none of a mirrored copy and one of black and white", () => {
    const look = recoloured(cutoutOf(raster), 0);
    const mirrored = look.map((_, i) => {
      const column = Math.floor(i / 4) % side;
      return look[i + 4 * (side - 1 - 2 * column)] ?? 0;
    });
    expect(unlikeness(look, mirrored)).toBe(0);
    expect(unlikeness(new Float64Array(64), new Float64Array(64).fill(255))).toBe(1);
  });
});
