/** @file The prompts of an evaluation on the embedded base are in its words. */

import { subjectMark } from "@atelier/diffusion/evaluate";
import { describe, expect, it } from "vitest";
import { unknownWords } from "../embedded/unknown-words.js";
import { worldClassPrompts, worldTemplates, worldWordTemplates } from "./evaluation-prompts.js";
import { mascotLessons } from "./mascot-scenes.js";

describe("worldTemplates", () => {
  it.each(["robot", "cat", "car", "teapot"])("are 25 different prompts of a %s", (className) => {
    const texts = worldTemplates(className).map(({ text }) => text);
    expect(new Set(texts).size).toBe(25);
    for (const text of texts) {
      expect(text.split(subjectMark)).toHaveLength(2);
      expect(unknownWords(text)).toEqual([]);
      expect(text).not.toContain(className);
    }
  });

  it("dress what has a face, and give other things company", () => {
    const dressed = (className: string) =>
      worldTemplates(className).filter(({ text }) => text.includes("wearing")).length;
    expect([dressed("robot"), dressed("car")]).toEqual([4, 0]);
  });

  it("ask for nothing that the demo has shown", () => {
    const shown = new Set(mascotLessons.map(({ caption }) => caption.replace("sks robot", "{}")));
    expect(worldTemplates("robot").filter(({ text }) => shown.has(text))).toEqual([]);
  });
});

describe("worldWordTemplates and worldClassPrompts", () => {
  it("are in the base's words", () => {
    const texts = [...worldWordTemplates.map(({ text }) => text), ...worldClassPrompts("alien")];
    expect(texts.flatMap(unknownWords)).toEqual([]);
    expect(worldClassPrompts("alien")[0]).toBe("an alien on a red background");
  });
});
