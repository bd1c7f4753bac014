/** @file What the judge says of the demo's pictures, as the DreamBooth paper measures (arXiv 2208.12242). */

import { type DemoPrompt, mascotWords, type PromptQuestion, questionsOf } from "@atelier/base";
import {
  clipImageSimilarity,
  clipTextSimilarity,
  instanceSimilarity,
  type Judge,
  pictureDrift,
  promptDiversity,
  type RgbPicture,
} from "@atelier/diffusion";
import type { FloatTensor } from "@atelier/engine";
import type { Drift, Hits, Measures, PromptPictures, Score } from "../report/demo-report.js";

/** A prompt with its pictures. */
export interface JudgedPrompt {
  readonly prompt: DemoPrompt;
  readonly pictures: PromptPictures;
}

/** Every measure of the report. @throws AtelierError `data` for fewer than two pictures of a prompt. */
export async function measureDemo(
  judge: Judge,
  prompts: readonly JudgedPrompt[],
): Promise<Measures> {
  const of = (topic: DemoPrompt["asksFor"]) =>
    prompts.filter(({ prompt }) => prompt.asksFor === topic);
  const subject = of("subject");
  const unrelated = of("unrelated");
  return {
    judges: { clip: judge.clip.description, instance: judge.instance.description },
    instance: await meanScore(subject, async ({ pictures: { before, after, real } }) => ({
      base: await instanceSimilarity(judge, { generated: before, real }),
      after: await instanceSimilarity(judge, { generated: after, real }),
      real: 1 - (await promptDiversity(judge.instance, real)),
    })),
    clipImage: await meanScore(subject, async ({ pictures: { before, after, real } }) => ({
      base: await clipImageSimilarity(judge, { generated: before, real }),
      after: await clipImageSimilarity(judge, { generated: after, real }),
      real: 1 - (await promptDiversity(judge.clip, real)),
    })),
    clipText: await meanScore(subject, (prompt) => textScore(judge, prompt)),
    surroundings: await measureHits(judge, subject, () => true),
    classAlone: await measureDrift(judge, of("class")),
    unrelated: await measureDrift(judge, unrelated),
    unrelatedRight: await measureHits(judge, unrelated, ({ about }) => about === "concept"),
  };
}

async function textScore(judge: Judge, { prompt, pictures }: JudgedPrompt): Promise<Score> {
  // The judge has never read the identifier.
  const text = prompt.caption.replace(`${mascotWords.identifier} `, "");
  const fit = (generated: readonly RgbPicture[]) =>
    clipTextSimilarity(judge, { generated, prompts: generated.map(() => text) });
  const { before, after, real } = pictures;
  return { base: await fit(before), after: await fit(after), real: await fit(real) };
}

async function meanScore(
  prompts: readonly JudgedPrompt[],
  score: (prompt: JudgedPrompt) => Promise<Score>,
): Promise<Score> {
  const scores: Score[] = [];
  for (const prompt of prompts) scores.push(await score(prompt));
  const mean = (key: keyof Score) => meanOf(scores.map((each) => each[key]));
  return { base: mean("base"), after: mean("after"), real: mean("real") };
}

async function measureDrift({ clip }: Judge, prompts: readonly JudgedPrompt[]): Promise<Drift> {
  const same: number[] = [];
  const other: number[] = [];
  for (const { pictures } of prompts) {
    same.push(1 - (await pictureDrift(clip, pictures)));
    other.push(1 - (await promptDiversity(clip, pictures.before)));
  }
  return { sameSeed: meanOf(same), otherSeeds: meanOf(other) };
}

/** In what share of pictures the first of a question's captions is the one that fits best. */
async function measureHits(
  judge: Judge,
  prompts: readonly JudgedPrompt[],
  isAsked: (question: PromptQuestion) => boolean,
): Promise<Hits> {
  const found = { before: 0, after: 0, real: 0 };
  const asked = { before: 0, after: 0, real: 0 };
  for (const { prompt, pictures } of prompts) {
    for (const { captions } of questionsOf(prompt).filter(isAsked)) {
      const { embeddings } = await judge.clip.embedTexts(captions);
      for (const kind of ["before", "after", "real"] as const) {
        const drawn = pictures[kind];
        if (drawn.length === 0) continue;
        found[kind] += countFirst(await judge.clip.embedPictures(drawn), embeddings);
        asked[kind] += drawn.length;
      }
    }
  }
  const share = (kind: keyof typeof found): number => found[kind] / asked[kind];
  return { base: share("before"), after: share("after"), real: share("real") };
}

/** Rows of `a` that are nearer to the first row of `b` than to all others; all are unit vectors. */
function countFirst(a: FloatTensor, b: FloatTensor): number {
  const [rows = 0, width = 0] = a.shape;
  const [others = 0] = b.shape;
  const cosine = (row: number, other: number): number =>
    a.data
      .subarray(row * width, (row + 1) * width)
      .reduce((sum, value, i) => sum + value * (b.data[other * width + i] ?? 0), 0);
  const isFirst = (row: number): boolean => {
    const [right = 0, ...wrong] = Array.from({ length: others }, (_, i) => cosine(row, i));
    return wrong.every((value) => value < right);
  };
  return Array.from({ length: rows }, (_, row) => row).filter(isFirst).length;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
