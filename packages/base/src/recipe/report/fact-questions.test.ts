/** @file Questions about scenes: one true caption, all others wrong in one fact. */

import { describe, expect, it } from "vitest";
import { backgrounds } from "../../world/backgrounds.js";
import { trainingConcepts, trainingStyles } from "../../world/concepts.js";
import { plainScene, type Scene } from "../../world/scene.js";
import { factQuestions } from "./fact-questions.js";

const dog = plainScene("dog", "noto", { accessory: "hat" });
const captionsOf = (scene: Scene, about: string): readonly string[] =>
  factQuestions(scene).find((question) => question.about === about)?.captions ?? [];

describe("factQuestions", () => {
  it("offers every concept, style and background of pre-training once, the true one first", () => {
    expect(factQuestions(dog).map(({ about, captions }) => [about, captions.length])).toEqual([
      ["concept", trainingConcepts.length],
      ["style", trainingStyles.length],
      ["background", backgrounds.length],
      ["accessory", 5],
    ]);
    for (const { captions } of factQuestions(dog)) {
      expect(new Set(captions).size).toBe(captions.length);
    }
    expect(captionsOf(dog, "concept").slice(0, 2)).toEqual([
      "a large noto style dog wearing a hat on a white background",
      "a large noto style cat wearing a hat on a white background",
    ]);
  });

  it("says what is worn in every caption, but for the question about it", () => {
    expect(captionsOf(dog, "accessory").slice(0, 3)).toEqual([
      "a large noto style dog wearing a hat on a white background",
      "a large noto style dog on a white background",
      "a large noto style dog wearing a crown on a white background",
    ]);
    const others = ["concept", "style", "background"].flatMap((about) => captionsOf(dog, about));
    expect(others.filter((caption) => !caption.includes("wearing a hat"))).toEqual([]);
  });

  it("asks about both of two objects and never offers a pair of one kind", () => {
    const [first] = plainScene("dog", "noto").objects;
    const pair: Scene = {
      ...dog,
      objects: [
        { ...first, size: "normal", place: "left" },
        { ...first, size: "normal", concept: "pizza", place: "right" },
      ],
    };
    const truth = "a noto style dog next to a pizza on a white background";
    expect(factQuestions(pair).map(({ about }) => about)).toEqual([
      "concept",
      "style",
      "background",
      "second",
    ]);
    for (const about of ["concept", "second"]) {
      const captions = captionsOf(pair, about);
      expect(captions[0]).toBe(truth);
      expect(captions).toHaveLength(trainingConcepts.length - 1);
    }
    expect(captionsOf(pair, "concept")[1]).toBe(
      "a noto style cat next to a pizza on a white background",
    );
    expect(captionsOf(pair, "second")[1]).toBe(
      "a noto style dog next to a cat on a white background",
    );
  });
});
