/** @file The vocabulary: learning, its files, and the ids that transformers reads from them. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClipTokenizer, loadClipTokenizer } from "@atelier/diffusion/tokenizer";
import { nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { captionWords } from "../world/caption.js";
import { exampleAt } from "../world/example.js";
import { learnVocabulary, tokenizerDefinition, tokenizerFiles } from "./text-vocabulary.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-vocabulary-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("learnVocabulary", () => {
  it("merges the most frequent pair first, the first by code units among equals", () => {
    const { tokens, merges } = learnVocabulary(["hat", "cat", "at"]);
    // "at" is in all three words; then "c at" and "h at" are equal.
    expect(merges).toEqual([
      ["a", "t</w>"],
      ["c", "at</w>"],
      ["h", "at</w>"],
    ]);
    expect(tokens.slice(512)).toEqual([
      "at</w>",
      "cat</w>",
      "hat</w>",
      "<|startoftext|>",
      "<|endoftext|>",
    ]);
  });

  it("makes every word of captions one token, whatever the order of the words", () => {
    const words = captionWords();
    const vocabulary = learnVocabulary(words);
    const tokenizer = createClipTokenizer(tokenizerDefinition(vocabulary));
    const long = words.filter((word) => tokenizer.encode(word).tokenCount !== 1);
    expect(long).toEqual([]);
    expect(learnVocabulary(words.toReversed())).toEqual(vocabulary);
    expect(new Set(vocabulary.tokens).size).toBe(vocabulary.tokens.length);
  });

  it("leaves no caption longer than what the text encoder is trained on", () => {
    const tokenizer = createClipTokenizer(
      tokenizerDefinition(learnVocabulary(captionWords()), { length: 40 }),
    );
    const cut = Array.from({ length: 2000 }, (_, index) => exampleAt(5, index).caption).filter(
      (caption) => tokenizer.encode(caption).truncated !== "",
    );
    expect(cut).toEqual([]);
  });
});

describe("tokenizerFiles", () => {
  const vocabulary = learnVocabulary(["a", "dog", "dogs", "cat", "on", "red"]);
  // Ids that transformers 5.23 gives for these files from either form.
  const known: readonly (readonly [string, readonly number[]])[] = [
    ["a red dog on cats", [521, 320, 520, 516, 519, 66, 64, 83, 338, 522]],
    ["Sks, DOG's 12", [521, 82, 74, 338, 267, 516, 6, 338, 272, 273, 522]],
    ["Über 🐶", [521, 127, 120, 65, 68, 337, 172, 253, 238, 370, 522]],
    ["", [521, 522]],
    ["dogs<|endoftext|>cat", [521, 517, 522, 514, 522]],
  ];

  async function write(names?: readonly string[]): Promise<void> {
    for (const [name, text] of tokenizerFiles(vocabulary)) {
      if (names !== undefined && !names.includes(name)) continue;
      await nodeFiles.write(join(folder, name), [new TextEncoder().encode(text)]);
    }
  }

  it.each([
    ["tokenizer.json", undefined],
    ["vocab.json and merges.txt", ["vocab.json", "merges.txt", "tokenizer_config.json"]],
  ])("are read from %s with the ids of transformers", async (_, names) => {
    await write(names);
    const tokenizer = await loadClipTokenizer(nodeFiles, folder);
    expect(tokenizer.maxLength).toBe(77);
    expect(tokenizer.vocabularySize).toBe(vocabulary.tokens.length);
    for (const [text, ids] of known) {
      const { ids: all, tokenCount } = tokenizer.encode(text);
      expect(all.slice(0, tokenCount + 2)).toEqual(ids);
      expect(new Set(all.slice(tokenCount + 2))).toEqual(new Set([vocabulary.eosTokenId]));
    }
  });

  it("hold the definition that tokenizers are made from without them", async () => {
    await write();
    const loaded = await loadClipTokenizer(nodeFiles, folder);
    const made = createClipTokenizer(tokenizerDefinition(vocabulary));
    for (const text of ["a red dog, on cats", "sks", "Überraschung № 7 🐶", ""]) {
      expect(made.encode(text)).toEqual(loaded.encode(text));
    }
    expect(await readFile(join(folder, "merges.txt"), "utf8")).toMatch(/^#version: 0\.2\n/);
  });
});
