/** @file Identifiers by two vocabularies: the small one of the tests, and CLIP's where it is at hand. */

import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { sharedFile, tinyTokenizer } from "../../testing/fixtures.js";
import { loadClipTokenizer } from "../../tokenizer/clip-tokenizer.js";
import { identifiersOf, isKnownWord, rareWords } from "./identifier.js";

const clipFolder = sharedFile("fixtures", "pipeline", "pipeline", "tokenizer");

describe("identifiers", () => {
  it("are the words that the class's prompt lacks", () => {
    expect(identifiersOf("a photo of a sks dog", "a photo of a dog")).toEqual(["sks"]);
    expect(identifiersOf("a <new> dog, sitting", "a dog")).toEqual(["<new>", "sitting"]);
    expect(identifiersOf("a dog", "a dog")).toEqual([]);
  });

  it("in a small vocabulary are free unless they are its words; none can be proposed", async () => {
    const tokenizer = await loadClipTokenizer(nodeFiles, tinyTokenizer);
    expect(["a", "sks"].map((word) => isKnownWord(tokenizer, word))).toEqual([true, false]);
    expect(rareWords(tokenizer, 3)).toEqual([]);
  });

  it("by CLIP's vocabulary: sks is free, dog is not", { tags: ["shared"] }, async () => {
    const tokenizer = await loadClipTokenizer(nodeFiles, clipFolder);
    const known = (words: readonly string[]) =>
      words.filter((word) => isKnownWord(tokenizer, word));
    expect(known(["sks", "ktn", "ohwx", "zwx", "q7x"])).toEqual([]);
    const taken = ["dog", "Cat", "hat", "olga", "my_dog", "xdog"];
    expect(known(taken)).toEqual(taken);
    const proposed = rareWords(tokenizer, 5);
    expect(proposed).toHaveLength(5);
    expect(known(proposed)).toEqual([]);
  });
});
