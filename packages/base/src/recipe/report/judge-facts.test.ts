/** @file Verdicts by a judge whose vectors are known: captions and pictures with a code each. */

import type { ImageEmbedder, RgbPicture, TextEmbedder } from "@atelier/diffusion";
import { floatTensor } from "@atelier/engine";
import { expect, it } from "vitest";
import { canonicalCaption } from "../../world/caption.js";
import { plainScene, type Scene } from "../../world/scene.js";
import { type FactAnswers, judgeScene, shareOf, tallyFacts } from "./judge-facts.js";

/** A judge for whom a picture is the caption in its bytes; words are directions. */
const words: string[] = [];
const vectorOf = (caption: string): number[] => {
  const vector = new Array<number>(256).fill(0);
  for (const word of caption.split(" ")) {
    if (!words.includes(word)) words.push(word);
    vector[words.indexOf(word)] = 1;
  }
  return vector;
};
const embed = (captions: readonly string[]) =>
  floatTensor(captions.flatMap(vectorOf), [captions.length, 256]);
const clip: ImageEmbedder & TextEmbedder = {
  description: "reads captions out of pictures",
  embedPictures: async (pictures) =>
    embed(pictures.map(({ data }) => new TextDecoder().decode(data))),
  embedTexts: async (texts) => ({ embeddings: embed(texts), truncated: texts.map(() => "") }),
};
const pictureOf = (scene: Scene): RgbPicture => {
  const data = new TextEncoder().encode(canonicalCaption(scene));
  return { width: data.length, height: 1, data };
};

it("finds in each picture what it shows and what it does not", async () => {
  const asked = plainScene("dog", "noto", { accessory: "hat" });
  const drawn = [
    asked,
    plainScene("cat", "noto", { accessory: "hat" }),
    plainScene("dog", "fluent", { background: { kind: "landscape", name: "beach" } }),
  ];
  const answers = await judgeScene(clip, asked, drawn.map(pictureOf));
  expect(answers.map((answer) => Object.fromEntries(answer))).toEqual([
    { concept: true, style: true, background: true, accessory: true },
    { concept: false, style: true, background: true, accessory: true },
    { concept: true, style: false, background: false, accessory: false },
  ]);
});

it("counts concepts of single objects apart from pairs, which need both", () => {
  const answer = (facts: Readonly<Record<string, boolean>>): FactAnswers =>
    // The keys are names of facts.
    new Map(Object.entries(facts)) as FactAnswers;
  const tallies = tallyFacts([
    answer({ concept: true, style: true, background: false }),
    answer({ concept: false, style: true, background: false, accessory: true }),
    answer({ concept: true, second: true, style: true, background: true }),
    answer({ concept: true, second: false, style: false, background: true }),
  ]);
  expect(tallies).toEqual({
    concept: { right: 1, of: 2 },
    pair: { right: 1, of: 2 },
    style: { right: 3, of: 4 },
    background: { right: 2, of: 4 },
    accessory: { right: 1, of: 1 },
  });
  expect(shareOf(tallies.style)).toBe(0.75);
});
