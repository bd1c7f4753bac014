/** @file The measures, by a judge that sees nothing but colour, so that all of them are known. */

import type { RgbPicture } from "@atelier/diffusion/core";
import type { Judge } from "@atelier/diffusion/evaluate";
import { floatTensor } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { demoPrompts, type PromptTopic } from "./mascot-scenes.js";
import { type JudgedPrompt, measurePrompts } from "./measure-prompts.js";
import { questionsOf } from "./prompt-questions.js";

type Colour = readonly [red: number, green: number, blue: number];

const red: Colour = [255, 0, 0];
const green: Colour = [0, 255, 0];
const blue: Colour = [0, 0, 255];
/** Half-way between red and blue: its cosine to either is √½. */
const purple: Colour = [128, 0, 128];

const draw = (colour: Colour): RgbPicture => ({
  width: 2,
  height: 2,
  data: Uint8Array.from({ length: 12 }, (_, i) => colour[i % 3] ?? 0),
});

const vectors = (colours: readonly (readonly number[])[]) => {
  const rows = colours.map((colour) => {
    const length = Math.hypot(...colour);
    return colour.map((value) => value / length);
  });
  return floatTensor(Float32Array.from(rows.flat()), [colours.length, 3]);
};

const read: string[] = [];
const embedder = {
  description: "colour",
  embedPictures: async (pictures: readonly RgbPicture[]) =>
    vectors(pictures.map(({ data }) => [...data.subarray(0, 3)])),
};
/** Reads red backgrounds as red, dogs as blue and everything else as green. */
const judge: Judge = {
  instance: embedder,
  clip: {
    ...embedder,
    embedTexts: async (texts) => {
      read.push(...texts);
      const colourOf = (text: string): Colour => {
        if (text.includes("red background")) return red;
        return text.includes("dog") ? blue : green;
      };
      return { embeddings: vectors(texts.map(colourOf)), truncated: texts.map(() => "") };
    },
  },
  async [Symbol.asyncDispose]() {},
};

function judged(
  asksFor: PromptTopic,
  colours: Readonly<Record<"before" | "after" | "real", readonly Colour[]>>,
): JudgedPrompt {
  const prompt = demoPrompts.find((each) => each.asksFor === asksFor);
  if (prompt === undefined) throw new Error(`no prompt asks for ${asksFor}`);
  const { before, after, real } = colours;
  const pictures = { before: before.map(draw), after: after.map(draw), real: real.map(draw) };
  const readable = prompt.caption.replace("sks ", "");
  const truth = asksFor === "unrelated" ? undefined : { picture: draw(red), weights: [1, 1, 0, 0] };
  return { asksFor, readable, questions: questionsOf(prompt), pictures, truth };
}

const measures = await measurePrompts(judge, [
  judged("subject", { before: [green, green], after: [red, purple], real: [red, red, red] }),
  judged("class", { before: [red, red], after: [red, red], real: [] }),
  judged("unrelated", { before: [blue, purple], after: [blue, red], real: [] }),
]);
const half = Math.SQRT1_2;

describe("measurePrompts", () => {
  it("places the subject between the base and what real pictures have in common", () => {
    for (const score of [measures.instance, measures.clipImage]) {
      expect(score.base).toBeCloseTo(0);
      expect(score.after).toBeCloseTo((1 + half) / 2);
      expect(score.real).toBeCloseTo(1);
    }
  });

  it("holds pictures against their prompts without the identifier", () => {
    expect(measures.clipText.base).toBeCloseTo(0);
    expect(measures.clipText.after).toBeCloseTo((1 + half) / 2);
    expect(measures.clipText.real).toBeCloseTo(1);
    expect(read).toContain("a robot on a red background");
    expect(read.filter((text) => text.includes("sks"))).toEqual([]);
  });

  it("compares pixel by pixel with the truth, also what the class became", () => {
    // Green to red, and purple to red, channel by channel.
    const plain = (a: number, b: number) => (2 * a * b + 2.55 ** 2) / (a * a + b * b + 2.55 ** 2);
    const nothing = (2 * plain(255, 0) + plain(0, 0)) / 3;
    expect(measures.likeness.base).toBeCloseTo(nothing, 6);
    expect(measures.likeness.after).toBeCloseTo(1, 6);
    expect(measures.leak).toEqual({ base: 1, after: 1 });
  });

  it("counts pictures that show the subject", async () => {
    const colours = { before: [green, green], after: [red, green, red], real: [red] };
    const { recognised } = await measurePrompts(judge, [judged("subject", colours)]);
    expect(recognised).toEqual([{ prompt: "a robot on a red background", count: 2, of: 3 }]);
  });

  it("tells in how many pictures the judge finds of what was asked for", () => {
    // Both are nearer to the red background than to any other.
    expect(measures.surroundings).toEqual({ base: 0, after: 1, real: 1 });
    expect(measures.unrelatedRight).toEqual({ base: 1, after: 0.5, real: Number.NaN });
  });

  it("compares unrelated pictures with themselves and with their siblings", () => {
    expect(measures.classAlone).toEqual({ sameSeed: 1, otherSeeds: 1 });
    // Blue stayed blue, purple became red.
    expect(measures.unrelated.sameSeed).toBeCloseTo((1 + half) / 2);
    expect(measures.unrelated.otherSeeds).toBeCloseTo(half);
  });
});
