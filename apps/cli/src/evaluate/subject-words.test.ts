/** @file The words for a subject, from configs and captions. */

import { mascotLessons } from "@atelier/base";
import { completeConfig, parseTrainConfig } from "@atelier/diffusion/train-config";
import { describe, expect, it } from "vitest";
import { isLearned } from "./judge-models.js";
import { completeWords, kindOfClass, nameSubject, wordsOfConfig } from "./subject-words.js";

const configOf = (fields: object) =>
  completeConfig(
    parseTrainConfig({
      ...{ base: { path: "base" }, data: { folder: "a", prompt: "x" } },
      ...fields,
    }),
  );

describe("wordsOfConfig", () => {
  it.each([
    ["a photo of a sks dog", "a photo of a dog", { token: "sks", className: "dog" }],
    ["a sks palm tree", "a palm tree", { token: "sks", className: "palm tree" }],
    ["a photo of sks", "a photo of a dog", {}],
    ["a photo of a dog", "a photo of a dog", {}],
    ["dog sks", "dog", {}],
  ])("reads %j beside %j", (prompt, classPrompt, expected) => {
    const config = configOf({ data: { folder: "a", prompt }, prior: { classPrompt } });
    expect(wordsOfConfig(config)).toEqual(expected);
  });

  it("takes a new word and the noun that it starts from", () => {
    const word = (initializer: string) =>
      wordsOfConfig(
        configOf({
          tuning: "textual_inversion",
          embedding: { token: "<mug>", initializer },
        }),
      );
    expect(word("mug")).toEqual({ token: "<mug>", className: "mug" });
    expect(word("random")).toEqual({ token: "<mug>", className: undefined });
  });
});

describe("completeWords", () => {
  it("finds the word before the class and the one after the token", () => {
    const captions = ["a photo of sks dog", "sks dog, running"];
    expect(completeWords({ className: "dog" }, captions)).toEqual({
      ...{ token: "sks", className: "dog" },
    });
    expect(completeWords({ token: "sks" }, captions)).toEqual({ token: "sks", className: "dog" });
  });

  it("finds both where all captions have them and nothing else together", () => {
    const captions = mascotLessons.map(({ caption }) => caption);
    expect(completeWords({}, captions)).toEqual({ token: "sks", className: "robot" });
  });

  it.each([
    [{}, ["a photo of sks dog"]],
    [{}, ["a red sks dog", "my red sks dog"]],
    [{}, ["a dog", "a cat"]],
    [{ className: "dog" }, ["a dog in the snow"]],
    [{ className: "dog" }, ["sks dog", "zwx dog"]],
    [{ token: "sks" }, ["sks", "a sks"]],
  ])("does not guess: %j in %j", (known, captions) => {
    const { token, className } = completeWords(known, captions);
    expect(token !== undefined && className !== undefined).toBe(false);
  });
});

describe("nameSubject", () => {
  const name = (captions: readonly string[], isNewWord: boolean) =>
    nameSubject({ token: "<mug>", className: "cup" }, { captions, isNewWord }).name;

  it("says the class behind an identifier, and behind a new word only where captions do", () => {
    expect(name([], false)).toBe("<mug> cup");
    expect(name(["a photo of a <mug>"], true)).toBe("<mug>");
    expect(name(["a photo of a <mug> cup"], true)).toBe("<mug> cup");
  });
});

describe("kindOfClass", () => {
  it("knows what lives", () => {
    expect(["Dog", "woman", "teapot"].map(kindOfClass)).toEqual(["living", "living", "object"]);
  });
});

describe("isLearned", () => {
  it("is a prompt of which a caption says all", () => {
    const captions = ["a large sks robot in a meadow", "a photo of a sks robot"];
    const learned = (prompt: string) => isLearned(prompt, captions);
    expect(learned("a sks robot in the meadow")).toBe(true);
    expect(learned("a sks robot")).toBe(true);
    expect(learned("a photo of a sks robot in a meadow")).toBe(false);
    expect(learned("a sks robot on a beach")).toBe(false);
  });
});
