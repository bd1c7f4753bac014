/** @file Scenes: a pure function of seed and index, without anything held out, all of it reachable. */

import { describe, expect, it } from "vitest";
import { backgrounds } from "./backgrounds.js";
import {
  allConcepts,
  conceptOf,
  heldOutConcepts,
  heldOutStyles,
  trainingConcepts,
  trainingStyles,
} from "./concepts.js";
import { exampleAt } from "./example.js";
import { faceOf, wearers } from "./faces.js";
import { layoutScene, pictureSize, squareOf } from "./layout.js";
import { plainScene, type Scene, sceneAt, singleScenes } from "./scene.js";

const scenesOf = (seed: number, count: number, options = {}): Scene[] =>
  Array.from({ length: count }, (_, index) => sceneAt(seed, index, options));
const many = scenesOf(1, 10_000);

describe("concepts", () => {
  it("are at least 64 to train with and 6 held out, each with its own name and icon", () => {
    expect(trainingConcepts.length).toBeGreaterThanOrEqual(64);
    expect(heldOutConcepts.length).toBeGreaterThanOrEqual(6);
    expect(new Set(allConcepts.map(({ name }) => name)).size).toBe(allConcepts.length);
    expect(new Set(allConcepts.map(({ icon }) => icon)).size).toBe(allConcepts.length);
  });

  it("have names of which none occurs in another", () => {
    for (const { name } of allConcepts) {
      const holders = allConcepts.filter((other) => ` ${other.name} `.includes(` ${name} `));
      expect(holders.map((holder) => holder.name)).toEqual([name]);
    }
  });

  it("that can wear something exist and have a face in every style", () => {
    for (const name of wearers) {
      expect(conceptOf(name).name).toBe(name);
      for (const style of [...trainingStyles, ...heldOutStyles]) {
        const face = faceOf(name, style);
        expect(face?.eyes).toBeGreaterThan(0.1);
        expect(face?.brow).toBeLessThan(0.7);
      }
    }
  });
});

describe("sceneAt", () => {
  it("gives the same scene for the same seed and index, and other ones otherwise", () => {
    expect(sceneAt(1, 77)).toEqual(many[77]);
    expect(sceneAt(2 ** 32 + 1, 77)).not.toEqual(many[77]);
    const distinct = (scenes: Scene[]) =>
      new Set(scenes.map((scene) => JSON.stringify(scene))).size;
    expect(distinct(many)).toBeGreaterThan(9_000);
    expect(distinct([...many.slice(0, 100), ...scenesOf(2, 100)])).toBeGreaterThan(195);
  });

  it("never draws what is held out, yet draws everything else", () => {
    const objects = many.flatMap((scene) => scene.objects);
    const seen = <T>(values: readonly T[]) => new Set(values);
    expect(seen(objects.map((object) => object.concept))).toEqual(
      seen(trainingConcepts.map((concept) => concept.name)),
    );
    expect(seen(objects.map((object) => object.style))).toEqual(seen(trainingStyles));
    expect(seen(many.map((scene) => scene.background.name))).toEqual(
      seen(backgrounds.map((background) => background.name)),
    );
    expect(seen(objects.map((object) => object.accessory))).toEqual(
      seen([undefined, "hat", "crown", "sunglasses", "bow"]),
    );
  });

  it("draws what is held out where it is asked for", () => {
    const options = { concepts: heldOutConcepts.map(({ name }) => name), styles: heldOutStyles };
    const objects = scenesOf(3, 500, options).flatMap((scene) => scene.objects);
    expect(new Set(objects.map((object) => object.style))).toEqual(new Set(heldOutStyles));
    expect(new Set(objects.map((object) => object.concept))).toEqual(new Set(options.concepts));
  });

  it("keeps to one centred object on a colour in the first part of the curriculum", () => {
    for (const { objects, background } of scenesOf(4, 500, { curriculum: "single" })) {
      expect(objects).toHaveLength(1);
      expect(objects[0]).toMatchObject({ place: "centre" });
      expect(objects[0]).not.toHaveProperty("accessory");
      expect(background.kind).toBe("colour");
    }
  });

  it("shows pairs of different concepts in one style as often as it is told", () => {
    const pairs = many.filter((scene) => scene.objects.length === 2);
    expect(pairs.length / many.length).toBeCloseTo(0.3, 1);
    for (const { objects } of pairs) {
      expect(objects[1]?.concept).not.toBe(objects[0].concept);
      expect(objects[1]?.style).toBe(objects[0].style);
    }
    expect(scenesOf(5, 200, { pairShare: 0 }).every(({ objects }) => objects.length === 1)).toBe(
      true,
    );
  });

  it("draws concepts evenly", () => {
    const counts = new Map<string, number>();
    for (const { objects } of many) {
      for (const { concept } of objects) counts.set(concept, (counts.get(concept) ?? 0) + 1);
    }
    const mean = (1.3 * many.length) / trainingConcepts.length;
    // Five standard deviations of a count that is Poisson distributed.
    for (const count of counts.values()) {
      expect(Math.abs(count - mean)).toBeLessThan(5 * Math.sqrt(mean));
    }
  });

  it("draws single scenes out of all of them", () => {
    const all = new Set(singleScenes().map((scene) => JSON.stringify(scene)));
    expect(all.size).toBe(64 * 3 * 2 * 12);
    for (const scene of scenesOf(3, 300, { curriculum: "single" })) {
      expect(all.has(JSON.stringify(scene))).toBe(true);
    }
  });

  it("refuses seeds that are no integers, unknown names and nothing to draw from", () => {
    expect(() => sceneAt(0.5, 0)).toThrow("world seed: expected a safe integer, got 0.5");
    expect(() => sceneAt(0, Number.NaN)).toThrow("world index: expected a safe integer");
    expect(() => sceneAt(0, 0, { concepts: [] })).toThrow("expected something to choose from");
    expect(() => layoutScene(plainScene("dragon", "noto"))).toThrow('got "dragon"');
  });
});

describe("layoutScene", () => {
  it("keeps objects within the picture, and those of a pair apart", () => {
    for (const { objects } of many) {
      const squares = objects.map((object) => squareOf(object, objects.length > 1));
      for (const { left, top, side } of squares) {
        expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
        expect(Math.max(left, top) + side).toBeLessThanOrEqual(pictureSize);
      }
      const [a, b] = squares;
      if (a === undefined || b === undefined) continue;
      expect(Math.max(b.left - a.left, b.top - a.top)).toBeGreaterThanOrEqual(a.side);
    }
  });

  it("lays an accessory over its wearer, and headgear within the square of both", () => {
    const [wearer, hat] = layoutScene(plainScene("dog", "noto", { accessory: "hat" }));
    const [alone] = layoutScene(plainScene("dog", "noto"));
    expect(wearer).toMatchObject({ icon: "dog-face", align: "middle" });
    expect(hat).toMatchObject({ icon: "top-hat", align: "bottom", style: "noto" });
    expect(wearer?.side).toBeLessThan(alone?.side ?? 0);
    expect(hat?.top).toBeGreaterThanOrEqual(0);
    expect(hat?.top).toBeLessThan(wearer?.top ?? 0);
  });

  it("refuses to dress what has no face", () => {
    const dressed = plainScene("pizza", "noto", { accessory: "hat" });
    expect(() => layoutScene(dressed)).toThrow(
      'expected a concept with a face to wear something, got "pizza"',
    );
  });
});

describe("exampleAt", () => {
  it("gives scene and caption, and shortens captions only where it is told", () => {
    const example = exampleAt(1, 5);
    expect(example).toEqual(exampleAt(1, 5));
    expect(example.scene).toEqual(sceneAt(1, 5));
    const saysStyle = ({ caption }: { caption: string }) => /noto|twemoji|fluent/.test(caption);
    const examples = (shortShare: number) =>
      Array.from({ length: 600 }, (_, index) => exampleAt(6, index, { shortShare }));
    expect(examples(0).every(saysStyle)).toBe(true);
    // Two of the three ways to shorten leave out the style.
    expect(examples(1).filter(saysStyle).length / 600).toBeCloseTo(1 / 3, 1);
  });
});
