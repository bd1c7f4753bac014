/** @file Structural similarity against scikit-image, and what shifts, scales and parts do to it. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { RgbPicture } from "../core/rgb-picture.js";
import { sharpness, structuralSimilarity, structure } from "./structure.js";

interface Fixture {
  readonly width: number;
  readonly height: number;
  readonly a: number[];
  readonly b: number[];
  readonly similarity: number[];
}

// The file is written by test/parity/make-structure-fixture.py.
const fixture = JSON.parse(
  readFileSync(
    new URL("../../../../test/fixtures/metrics/structural-similarity.json", import.meta.url),
    "utf8",
  ),
) as Fixture;
const { width, height } = fixture;
const pictureOf = (data: readonly number[]): RgbPicture => ({
  width,
  height,
  data: Uint8Array.from(data),
});

/** A disc with a hole on a ramp, with its middle and radius in pixels. */
function disc(x0: number, y0: number, radius: number, side = 64): RgbPicture {
  const data = Uint8Array.from({ length: 3 * side * side }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side)];
    const distance = Math.hypot(x - x0, y - y0) / radius;
    if (distance > 1 || distance < 0.4) return [200, 180, 90][i % 3] ?? 0;
    return [40, 60 + 60 * distance, 150][i % 3] ?? 0;
  });
  return { width: side, height: side, data };
}

describe("structuralSimilarity", () => {
  it("is scikit-image's at every pixel", () => {
    const similarity = structuralSimilarity(pictureOf(fixture.a), pictureOf(fixture.b));
    expect(similarity).toHaveLength(fixture.similarity.length);
    for (const [i, value] of similarity.entries()) {
      expect(value).toBeCloseTo(fixture.similarity[i] ?? 9, 8);
    }
  });

  it("refuses pictures of two sizes", () => {
    expect(() => structuralSimilarity(disc(9, 9, 4, 20), disc(9, 9, 4, 21))).toThrow(
      "expected two pictures of one size, got 20x20 and 21x21",
    );
  });
});

describe("structure", () => {
  const truth = disc(32, 32, 18);

  it("is one for the very same, also when it is shifted", () => {
    expect(structure(truth, truth)).toBeCloseTo(1, 12);
    expect(structure(disc(35, 28, 18), truth)).toBeCloseTo(1, 12);
  });

  it("forgives a tenth of size, and not a fifth", () => {
    const plain = structuralSimilarity(disc(32, 32, 19.8), truth);
    const mean = plain.reduce((sum, value) => sum + value, 0) / plain.length;
    const scaled = structure(disc(32, 32, 19.8), truth);
    expect(scaled).toBeGreaterThan(0.94);
    expect(scaled).toBeGreaterThan(mean + 0.02);
    expect(structure(disc(32, 32, 23), truth)).toBeLessThan(scaled - 0.05);
  });

  it("does not forgive a shift of six pixels", () => {
    expect(structure(disc(38, 32, 18), truth)).toBeLessThan(0.9);
  });

  it("looks only at the part that counts", () => {
    const other: RgbPicture = { ...truth, data: truth.data.slice() };
    other.data.fill(0, 0, 3 * 64 * 10);
    const below = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i >= 64 * 20 ? 1 : 0));
    expect(structure(other, truth)).toBeLessThan(0.95);
    expect(structure(other, truth, below)).toBeCloseTo(1, 12);
    expect(() => structure(other, truth, [1, 2])).toThrow("expected 4096 weights");
  });
});

describe("sharpness", () => {
  it("is the root mean square of slopes", () => {
    const ramp: RgbPicture = {
      ...{ width: 9, height: 5 },
      data: Uint8Array.from({ length: 135 }, (_, i) => 7 * (Math.floor(i / 3) % 9)),
    };
    expect(sharpness(ramp)).toBeCloseTo(7, 9);
    expect(sharpness(disc(32, 32, 18))).toBeGreaterThan(1);
  });
});
