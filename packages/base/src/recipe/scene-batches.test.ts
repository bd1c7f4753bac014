/** @file Batches: what crops hold, and that captions vary in words, not in what they say. */

import { floatTensor } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { captionWords } from "../world/caption.js";
import { sceneAt } from "../world/scene.js";
import { cropPictures, recipeDraws, variedCaption, worldSeeds } from "./scene-batches.js";

describe("cropPictures", () => {
  it("takes one square out of all channels of each picture", () => {
    const [batch, channels, side, size] = [3, 2, 5, 3];
    // Each value tells its place: picture, channel, row, column.
    const values = Float32Array.from({ length: batch * channels * side * side }, (_, i) => {
      const [row, column] = [Math.floor(i / side) % side, i % side];
      const channel = Math.floor(i / side ** 2) % channels;
      return 1000 * Math.floor(i / (channels * side ** 2)) + 100 * channel + 10 * row + column;
    });
    const pictures = floatTensor(values, [batch, channels, side, side]);
    const { data, shape } = cropPictures(pictures, size, recipeDraws("batch", 4));
    expect(shape).toEqual([batch, channels, size, size]);
    for (let picture = 0; picture < batch; picture++) {
      const start = (data[picture * channels * size * size] ?? 0) - 1000 * picture;
      const [top, left] = [Math.floor(start / 10), start % 10];
      expect(Math.max(top, left)).toBeLessThanOrEqual(side - size);
      for (let i = 0; i < channels * size * size; i++) {
        const [row, column] = [top + (Math.floor(i / size) % size), left + (i % size)];
        const expected = 1000 * picture + 100 * Math.floor(i / size ** 2) + 10 * row + column;
        expect(data[picture * channels * size * size + i]).toBe(expected);
      }
    }
  });
});

describe("variedCaption", () => {
  const scene = sceneAt(worldSeeds.training, 7);
  const captions = Array.from({ length: 200 }, (_, index) => variedCaption(scene, index));

  it("finds many wordings for one scene, always with its concept", () => {
    expect(new Set(captions).size).toBeGreaterThan(20);
    const concept = scene.objects[0].concept;
    expect(captions.filter((caption) => !caption.includes(concept))).toEqual([]);
  });

  it("puts a word that means nothing after an article in about one of ten", () => {
    const known = new Set(captionWords());
    const strange = captions.filter((caption) =>
      (caption.match(/[a-z]+/g) ?? []).some((word) => !known.has(word)),
    );
    expect(strange.length).toBeGreaterThan(8);
    expect(strange.length).toBeLessThan(40);
    for (const caption of strange) expect(caption).toMatch(/\ban? [a-z]{3,4} /);
  });

  it("leaves facts unsaid in about one of five", () => {
    const isShort = (caption: string) => !caption.includes(scene.objects[0].style);
    // Two of the three ways to be short leave out the style: 200 · 0.2 · 2/3 ≈ 27.
    const count = captions.filter(isShort).length;
    expect(count).toBeGreaterThan(10);
    expect(count).toBeLessThan(50);
  });
});
