/** @file The published protocols as data. */

import { describe, expect, it } from "vitest";
import { dreamboothProtocol, textualInversionProtocol } from "./protocol.js";

const words = { name: "sks dog", className: "dog" };

describe("dreamboothProtocol", () => {
  it("asks 25 prompts of four pictures, the base and the judge with the class in its place", () => {
    const { prompts, count, classPrompts, classCount } = dreamboothProtocol(words);
    expect([prompts.length, count, classPrompts, classCount]).toEqual([
      ...[25, 4, ["a photo of a dog"], 16],
    ]);
    expect(prompts[0]).toEqual({
      prompt: "a sks dog in the jungle",
      ofBase: "a dog in the jungle",
      readable: "a dog in the jungle",
      scores: "both",
    });
    const living = dreamboothProtocol(words, { kind: "living" }).prompts;
    expect(living.map(({ prompt }) => prompt)).toContain("a sks dog in a chef outfit");
  });

  it("takes other prompts and numbers, and writes the article that a word needs", () => {
    const { prompts, count, classCount } = dreamboothProtocol(
      { name: "<owl-1>", className: "owl" },
      {
        templates: [{ text: "a {} and a small {}", scores: "both" }],
        classPrompts: ["an owl", "an owl at night", "owls"],
        count: 2,
      },
    );
    expect(prompts).toEqual([
      {
        prompt: "a <owl-1> and a small <owl-1>",
        ofBase: "an owl and a small owl",
        readable: "an owl and a small owl",
        scores: "both",
      },
    ]);
    expect([count, classCount]).toEqual([2, 6]);
  });

  it("refuses a prompt without the subject", () => {
    const templates = [{ text: "a dog on the moon", scores: "both" as const }];
    expect(() => dreamboothProtocol(words, { templates })).toThrow(
      'expected {} in every prompt, where the subject stands, got "a dog on the moon"',
    );
  });
});

describe("textualInversionProtocol", () => {
  it("scores the word alone for likeness and the others for what judges read without it", () => {
    const protocol = textualInversionProtocol({ name: "<mug>", className: "mug" });
    expect(protocol.count).toBe(64);
    expect(protocol.classPrompts).toEqual([]);
    expect(protocol.prompts.slice(0, 2)).toEqual([
      {
        prompt: "a photo of <mug>",
        ofBase: "a photo of mug",
        readable: "a photo of",
        scores: "likeness",
      },
      {
        prompt: "a photo of <mug> on the moon",
        ofBase: "a photo of mug on the moon",
        readable: "a photo of on the moon",
        scores: "obedience",
      },
    ]);
  });
});
