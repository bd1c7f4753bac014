/** @file Prompts in A1111's syntax: expected weights are those of its parser's own examples and rules. */

import { describe, expect, it } from "vitest";
import { promptSyntaxIn, readPrompt } from "./prompt-syntax.js";

/** Chunks as `[text, weight]`. */
function partsOf(prompt: string): (readonly [string, number])[][] {
  return readPrompt(prompt).chunks.map((chunk) =>
    chunk.map(({ text, weight }) => [text, weight] as const),
  );
}

describe("readPrompt", () => {
  // The first seven are the examples in A1111's modules/prompt_parser.py.
  it.each([
    ["normal text", [["normal text", 1]]],
    [
      "an (important) word",
      [
        ["an ", 1],
        ["important", 1.1],
        [" word", 1],
      ],
    ],
    ["(unbalanced", [["unbalanced", 1.1]]],
    ["\\(literal\\]", [["(literal]", 1]]],
    ["(unnecessary)(parens)", [["unnecessaryparens", 1.1]]],
    [
      "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).",
      [
        ["a ", 1],
        ["house", 1.5730000000000004],
        [" ", 1.1],
        ["on", 1],
        [" a ", 1.1],
        ["hill", 0.55],
        [", sun, ", 1.1],
        ["sky", 1.4641000000000006],
        [".", 1.1],
      ],
    ],
    ["", []],
    [
      "a (red:1.3) apple",
      [
        ["a ", 1],
        ["red", 1.3],
        [" apple", 1],
      ],
    ],
    ["(red: 1.3 )", [["red", 1.3]]],
    ["(red:-1)", [["red", -1]]],
    ["[[blurry]]", [["blurry", 1 / 1.1 / 1.1]]],
    ["smile_\\(object\\), :d", [["smile_(object), :d", 1]]],
    ["artoria_\\(lancer_alter\\)_\\(fate\\)", [["artoria_(lancer_alter)_(fate)", 1]]],
    ["a cat :3, 10:30, :99", [["a cat :3, 10:30, :99", 1]]],
    ["a\\b \\\\", [["ab \\", 1]]],
    [") ] a", [[") ] a", 1]]],
    ["red:1.3) apple", [["red:1.3) apple", 1]]],
    ["(a:1.2.3)", [["a:1.2.3)", 1.1]]],
    ["[sic", [["sic", 1 / 1.1]]],
  ] as const)("takes weights from %j", (prompt, expected) => {
    expect(partsOf(prompt)).toEqual([expected]);
  });

  it.each([
    ["red apple BREAK green pear", [[["red apple ", 1]], [[" green pear", 1]]]],
    ["a BREAK b BREAK", [[["a ", 1]], [[" b ", 1]]]],
    ["BREAK a", [[["", 1]], [[" a", 1]]]],
    ["(a BREAK b:1.2)", [[["a ", 1.2]], [[" b", 1.2]]]],
    ["BREAKfast OUTBREAK break", [[["BREAKfast OUTBREAK break", 1]]]],
  ] as const)("begins another chunk at BREAK in %j", (prompt, expected) => {
    const found = partsOf(prompt).map((chunk) => (chunk.length === 0 ? [["", 1]] : chunk));
    expect(found).toEqual(expected);
    expect(readPrompt(prompt).recorded).toBe(prompt);
  });

  it("leaves out tags with brackets in their names as a whole", () => {
    const { chunks, tags } = readPrompt("a (cat <lora:dog (v2):0.7>:1.2) here");
    expect(chunks).toEqual([
      [
        { text: "a ", weight: 1 },
        { text: "cat ", weight: 1.2 },
        { text: " here", weight: 1 },
      ],
    ]);
    expect(tags).toMatchObject([{ name: "dog (v2)", weight: "0.7" }]);
  });

  it("leaves out what names files, in every syntax", () => {
    const prompt = "<lora:apple_v2:0.8> red apple <hypernet:art> <LoRA:x:1:lbw=ALL>";
    for (const syntax of ["a1111", "plain"] as const) {
      const { chunks, recorded, tags } = readPrompt(prompt, syntax);
      expect(chunks[0]?.map(({ text }) => text.trim())).toEqual(["red apple"]);
      expect(recorded).toBe("red apple");
      expect(tags.map(({ kind, name, weight }) => [kind, name, weight])).toEqual([
        ["lora", "apple_v2", "0.8"],
        ["hypernet", "art", ""],
        ["lora", "x", "1"],
      ]);
    }
  });

  it.each([
    ["a [cat:dog:0.5] here", "a \\[cat:dog:0.5\\] here", ["[cat:dog:0.5]"]],
    ["[cat|dog]", "\\[cat|dog\\]", ["[cat|dog]"]],
    ["a ([hat:10]:1.2)", "a (\\[hat:10\\]:1.2)", ["[hat:10]"]],
    ["a red apple AND a green pear", "a red apple and a green pear", ["AND"]],
    ["A CAT AND A DOG", "A CAT and A DOG", []],
  ])("reads as words, and says, what it cannot do: %s", (prompt, recorded, asWords) => {
    const read = readPrompt(prompt);
    expect(read.asWords).toEqual(asWords);
    // What is recorded means in A1111 what was drawn here.
    expect(read.recorded).toBe(recorded);
    expect(
      readPrompt(recorded)
        .chunks.flat()
        .map(({ text }) => text.toLowerCase())
        .join(""),
    ).toBe(
      read.chunks
        .flat()
        .map(({ text }) => text.toLowerCase())
        .join(""),
    );
  });

  it("weighs what stands around prompt editing", () => {
    expect(partsOf("a ([hat:10]:1.2)")).toEqual([
      [
        ["a ", 1],
        ["[hat:10]", 1.2],
      ],
    ]);
  });

  it.each(["smile_(object), :d", "a note (in brackets)", "rate 4:3 [sic]", "(x:2) \\(y\\)"])(
    "says nothing of %j, and records it as it was typed",
    (prompt) => {
      expect(readPrompt(prompt)).toMatchObject({ tags: [], asWords: [], recorded: prompt });
    },
  );

  it.each(["a (red:1.3) [sic] \\ BREAK", "a cat AND a dog"])("reads %j as it stands", (prompt) => {
    const { chunks, recorded } = readPrompt(prompt, "plain");
    expect(chunks).toEqual([[{ text: prompt, weight: 1 }]]);
    const again = readPrompt(recorded).chunks.flat();
    expect(again.map(({ weight }) => weight)).toEqual([1]);
    expect(again[0]?.text.toLowerCase()).toBe(prompt.toLowerCase());
  });

  it("takes any number of brackets", () => {
    for (const bracket of ["(", ")", "[", "]", "(a", "[a", "()", ":1.1)", "((a:1.1)"]) {
      const { chunks } = readPrompt(bracket.repeat(20_000));
      for (const { weight } of chunks.flat()) expect(Number.isFinite(weight)).toBe(true);
    }
    const { chunks } = readPrompt(" ".repeat(100_000) + "BREAK".repeat(10_000));
    expect(chunks).toHaveLength(1);
  });
});

describe("promptSyntaxIn", () => {
  it.each([
    ["a (red:1.3) apple", "(red:1.3)"],
    ["a (red:2) apple", "(red:2)"],
    ["((masterpiece)), a cat", "((masterpiece))"],
    ["[[blurry]]", "[[blurry]]"],
    ["[cat:dog:0.5]", "[cat:dog:0.5]"],
    ["<lora:apple_v2:0.8> red apple", "<lora:apple_v2:0.8>"],
    ["smile_\\(object\\)", "\\("],
    ["red apple BREAK green pear", "BREAK"],
    ["a red apple AND a green pear", "AND"],
    ["smile_(object), :d", undefined],
    ["a note (in brackets)", undefined],
    ["rate 4:3 [sic]", undefined],
    ["wide (16:9), at (10:30) [4:3]", undefined],
    ["A CAT AND A DOG", undefined],
    ["see C:\\photos", undefined],
  ])("finds in the caption %j %j", (caption, syntax) => {
    expect(promptSyntaxIn(caption)).toBe(syntax);
  });
});
