/** @file Scores of pictures by a judge whose vectors are known: a picture's first pixel. */

import { type FloatTensor, floatTensor } from "@atelier/engine";
import { expect, it } from "vitest";
import type { RgbPicture } from "../core/rgb-picture.js";
import type { Judge } from "./judge.js";
import {
  clipImageSimilarity,
  clipTextSimilarity,
  instanceSimilarity,
  pictureDrift,
  pictureVariety,
  priorDrift,
  priorPreservation,
  promptDiversity,
} from "./picture-scores.js";

/** One pixel whose colour is its vector. */
const dot = (...rgb: [number, number, number]): RgbPicture => ({
  width: 1,
  height: 1,
  data: Uint8Array.from(rgb),
});
const red = dot(255, 0, 0);
const green = dot(0, 255, 0);
const yellow = dot(255, 255, 0);

const vectors = (rows: readonly ArrayLike<number>[]): FloatTensor =>
  floatTensor(
    rows.flatMap((row) => Array.from(row, (value) => value / Math.hypot(...Array.from(row)))),
    [rows.length, 3],
  );
const seeing = {
  description: "the colour of a pixel",
  embedPictures: async (pictures: readonly RgbPicture[]) =>
    vectors(pictures.map(({ data }) => data)),
};
const words: Readonly<Record<string, RgbPicture>> = { red, green };
const judge: Judge = {
  clip: {
    ...seeing,
    embedTexts: async (texts) => ({
      embeddings: vectors(texts.map((text) => words[text]?.data ?? [1, 1, 1])),
      truncated: texts.map(() => ""),
    }),
  },
  instance: seeing,
  [Symbol.asyncDispose]: async () => undefined,
};
/** The cosine of yellow with red or green. */
const half = Math.SQRT1_2;

it("compares all generated with all real pictures", async () => {
  const pictures = { generated: [red, yellow], real: [green, yellow] };
  const expected = (0 + half + half + 1) / 4;
  expect(await clipImageSimilarity(judge, pictures)).toBeCloseTo(expected, 6);
  expect(await instanceSimilarity(judge, pictures)).toBeCloseTo(expected, 6);
});

it("compares each picture with its own prompt", async () => {
  const scored = { generated: [red, red, yellow], prompts: ["red", "green", "red"] };
  expect(await clipTextSimilarity(judge, scored)).toBeCloseTo((1 + 0 + half) / 3, 6);
  await expect(clipTextSimilarity(judge, { ...scored, prompts: ["red"] })).rejects.toThrow(
    "clipTextSimilarity: expected pairs in the same order, got 3 pictures and 1 prompts",
  );
});

it("measures how much pictures of one prompt differ", async () => {
  expect(await promptDiversity(judge.clip, [red, red])).toBeCloseTo(0, 6);
  expect(await promptDiversity(judge.clip, [red, green, yellow])).toBeCloseTo(
    1 - (0 + half + half) / 3,
    6,
  );
});

it("counts how many different pictures there are", async () => {
  expect(await pictureVariety(judge.clip, [red, red, red])).toBeCloseTo(1, 6);
  // By NumPy's eigenvalues.
  expect(await pictureVariety(judge.clip, [red, green, yellow])).toBeCloseTo(1.88988157484231, 6);
});

it("measures how much pictures of the class resemble the subject", async () => {
  const pictures = { ofClass: [green, yellow], subject: [red, yellow] };
  expect(await priorPreservation(judge, pictures)).toBeCloseTo((0 + half + half + 1) / 4, 6);
});

it("measures how far pictures moved, and whether the class became the subject", async () => {
  expect(await pictureDrift(judge.clip, { before: [red, red], after: [red, green] })).toBeCloseTo(
    0.5,
  );
  const drifted = { before: [green, yellow], after: [yellow, yellow], subject: [red] };
  const { before, after, drift } = await priorDrift(judge, drifted);
  expect([before, after]).toEqual([expect.closeTo(half / 2, 6), expect.closeTo(half, 6)]);
  expect(drift).toBeCloseTo((1 - half) / 2, 6);
  await expect(priorDrift(judge, { ...drifted, after: [red] })).rejects.toThrow(
    "got 2 before and 1 after",
  );
});
