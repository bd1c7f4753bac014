/** @file Questions about pictures: one right caption, and others that differ in one thing. */

import { describe, expect, it } from "vitest";
import { demoPrompts } from "./mascot-scenes.js";
import { questionsOf } from "./prompt-questions.js";

const asked = demoPrompts.map((prompt) => ({ prompt, questions: questionsOf(prompt) }));

describe("questionsOf", () => {
  it("asks about everything that a prompt wants beside the mascot", () => {
    expect(asked.map(({ questions }) => questions.map(({ about }) => about))).toEqual([
      ["background"],
      ["background"],
      ["background", "companion"],
      ["background", "clothes"],
      ["background"],
      ["background", "concept"],
    ]);
  });

  it("puts the prompt without its identifier first and never twice", () => {
    for (const { prompt, questions } of asked) {
      for (const { captions } of questions) {
        expect(captions[0]).toBe(prompt.caption.replace("sks ", ""));
        expect(new Set(captions).size).toBe(captions.length);
        expect(captions.length).toBeGreaterThan(4);
      }
    }
  });

  it("changes one thing at a time", () => {
    const clothes = asked
      .flatMap(({ questions }) => questions)
      .find(({ about }) => about === "clothes");
    expect(clothes?.captions).toEqual([
      "a robot wearing a hat on a yellow background",
      "a robot on a yellow background",
      "a robot wearing a crown on a yellow background",
      "a robot wearing sunglasses on a yellow background",
      "a robot wearing a bow on a yellow background",
    ]);
  });
});
