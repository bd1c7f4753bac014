/** @file Words that the embedded base has never read. */

import { createClipTokenizer } from "@atelier/diffusion/tokenizer";
import { describe, expect, it } from "vitest";
import { tokenizerDefinition } from "../recipe/text-vocabulary.js";
import { tinyVocabulary } from "../testing/tiny-models.js";
import { isMostlyUnknown, unknownWords } from "./unknown-words.js";

describe("unknownWords", () => {
  it.each([
    ["A noto style DOG, wearing a hat on a red background.", []],
    ["", []],
    ["a photo of sks dog, sks", ["photo", "sks"]],
    ["2 dogs on Mars", ["2", "dogs", "mars"]],
    ["ein Hündchen", ["ein", "hündchen"]],
  ])("finds in %j %j", (text, expected) => {
    expect(unknownWords(text)).toEqual(expected);
  });

  it("finds just those that the tokenizer spells", () => {
    const tokenizer = createClipTokenizer(tokenizerDefinition(tinyVocabulary));
    for (const word of ["dog", "background", "wearing", "photo", "sks", "astronaut"]) {
      expect(unknownWords(word).length === 1).toBe(tokenizer.encode(word).tokenCount > 1);
    }
  });
});

describe("isMostlyUnknown", () => {
  it.each([
    ["공원에서 뛰어노는 강아지 사진", true],
    ["A golden retriever sprints through autumn leaves at sunset", true],
    ["a photo of sks dog", false],
    ["a noto style dog on a red background", false],
    ["", false],
  ])("says of %j %j", (text, expected) => {
    expect(isMostlyUnknown(text)).toBe(expected);
  });

  it("takes words as known that something else supplies", () => {
    expect(isMostlyUnknown("zorbo, drawn", new Set(["zorbo", "drawn"]))).toBe(false);
  });
});
