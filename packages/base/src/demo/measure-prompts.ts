/** @file What a judge says of pictures before and after a training, as the DreamBooth paper measures (arXiv 2208.12242). */

import type { RgbPicture } from "@atelier/diffusion/core";
import {
  clipImageSimilarity,
  clipTextSimilarity,
  instanceSimilarity,
  type Judge,
  type PixelWeights,
  pictureDrift,
  promptDiversity,
  structure,
} from "@atelier/diffusion/evaluate";
import type { FloatTensor } from "@atelier/engine";
import type { PromptTopic } from "./mascot-scenes.js";
import type { PromptQuestion } from "./prompt-questions.js";

/** A prompt with its pictures. */
export interface JudgedPrompt {
  readonly asksFor: PromptTopic;
  /** The prompt without the identifier, which no judge has read. */
  readonly readable: string;
  readonly questions: readonly PromptQuestion[];
  readonly pictures: PicturesOfPrompt;
  /** How the subject looks there, also where it was not asked for but its class was. */
  readonly truth?: SubjectTruth | undefined;
}

/** The subject in a scene, and the pixels that it takes. */
export interface SubjectTruth {
  readonly picture: RgbPicture;
  /** `[height, width]` */
  readonly weights: PixelWeights;
}

/** What one prompt gave. */
export interface PicturesOfPrompt {
  readonly before: readonly RgbPicture[];
  readonly after: readonly RgbPicture[];
  /** How the subject really looks there; none for prompts that do not ask for it. */
  readonly real: readonly RgbPicture[];
}

/** A score of the base's pictures, of the adapter's, and of the real one. */
export interface Score {
  readonly base: number;
  readonly after: number;
  readonly real: number;
}

/** How much the pictures of prompts without the subject changed, as mean cosines of CLIP-I. */
export interface Drift {
  /** Of before and after with the same seed. */
  readonly sameSeed: number;
  /** Of the base's pictures with different seeds: how far pictures of one prompt are apart anyway. */
  readonly otherSeeds: number;
}

/** In what share of pictures the judge found what was asked for. */
export interface Hits {
  readonly base: number;
  readonly after: number;
  /** Of real pictures, which says how good the judge is; NaN where there are none. */
  readonly real: number;
}

/** Structural similarity to the truth on the pixels of the subject, the mean of medians over prompts. */
export interface Likeness {
  readonly base: number;
  readonly after: number;
}

/** How many pictures of a prompt show the subject so that a person would know it. */
export interface Recognised {
  /** The prompt in words that the judge knows. */
  readonly prompt: string;
  readonly count: number;
  readonly of: number;
}

/**
 * A picture shows the subject where both are reached: read off the calibration sheet, on which a person
 * knows the mascot from there on.
 */
export const recognisable = { structure: 0.4, instance: 0.75 } as const;

/** What the judge says. */
export interface Measures {
  /** The judges by name, since scores of different ones cannot be compared. */
  readonly judges: { readonly clip: string; readonly instance: string };
  /** Mean cosine to real pictures of the same prompt, by the judge that tells things apart. */
  readonly instance: Score;
  /** The same by CLIP-I. */
  readonly clipImage: Score;
  /** Mean cosine of a picture and its prompt, CLIP-T, over prompts with the subject. */
  readonly clipText: Score;
  /** Of the subject where it was asked for. */
  readonly likeness: Likeness;
  /** By prompt for the subject, of the pictures after the training. */
  readonly recognised: readonly Recognised[];
  /** Likeness of the class to the subject where the class alone was asked for: it should stay low. */
  readonly leak: Likeness;
  /** Backgrounds, companions and clothes that were asked for beside the subject. */
  readonly surroundings: Hits;
  readonly classAlone: Drift;
  readonly unrelated: Drift;
  /** Pictures of unrelated prompts that show what was asked for. */
  readonly unrelatedRight: Hits;
}

/** Every measure. @throws AtelierError `data` for fewer than two pictures of a prompt. */
export async function measurePrompts(
  judge: Judge,
  prompts: readonly JudgedPrompt[],
): Promise<Measures> {
  const of = (topic: PromptTopic) => prompts.filter(({ asksFor }) => asksFor === topic);
  const subject = of("subject");
  const compared = subject.map(compare);
  const unrelated = of("unrelated");
  return {
    judges: { clip: judge.clip.description, instance: judge.instance.description },
    instance: await meanScore(subject, async ({ pictures: { before, after, real } }) => ({
      base: await instanceSimilarity(judge, { generated: before, real }),
      after: await instanceSimilarity(judge, { generated: after, real }),
      real: 1,
    })),
    clipImage: await meanScore(subject, async ({ pictures: { before, after, real } }) => ({
      base: await clipImageSimilarity(judge, { generated: before, real }),
      after: await clipImageSimilarity(judge, { generated: after, real }),
      real: 1,
    })),
    likeness: likenessOf(compared),
    recognised: await Promise.all(compared.map((prompt) => countRecognised(judge, prompt))),
    leak: likenessOf(of("class").map(compare)),
    clipText: await meanScore(subject, (prompt) => textScore(judge, prompt)),
    surroundings: await measureHits(judge, subject, () => true),
    classAlone: await measureDrift(judge, of("class")),
    unrelated: await measureDrift(judge, unrelated),
    unrelatedRight: await measureHits(judge, unrelated, ({ about }) => about === "concept"),
  };
}

/** NaN where the truth is not known. */
function likenessOf(prompts: readonly ComparedPrompt[]): Likeness {
  const mean = (kind: keyof ComparedPrompt["structures"]): number =>
    meanOf(prompts.map(({ structures }) => medianOf(structures[kind])));
  return { base: mean("before"), after: mean("after") };
}

/** A prompt whose pictures were compared with the truth, one number each. */
interface ComparedPrompt extends JudgedPrompt {
  readonly structures: Readonly<Record<"before" | "after", readonly number[]>>;
}

function compare(prompt: JudgedPrompt): ComparedPrompt {
  const { truth, pictures } = prompt;
  const of = (drawn: readonly RgbPicture[]): number[] =>
    truth === undefined
      ? []
      : drawn.map((picture) => structure(picture, truth.picture, truth.weights));
  return { ...prompt, structures: { before: of(pictures.before), after: of(pictures.after) } };
}

async function countRecognised(judge: Judge, prompt: ComparedPrompt): Promise<Recognised> {
  const { readable, pictures, structures } = prompt;
  const { after, real } = pictures;
  const near = structures.after.map((value) => value >= recognisable.structure);
  let count = 0;
  for (const [index, picture] of after.entries()) {
    if (near[index] !== true) continue;
    const likeness = await instanceSimilarity(judge, { generated: [picture], real });
    if (likeness >= recognisable.instance) count++;
  }
  return { prompt: readable, count, of: after.length };
}

async function textScore(judge: Judge, { readable, pictures }: JudgedPrompt): Promise<Score> {
  const fit = (generated: readonly RgbPicture[]) =>
    clipTextSimilarity(judge, { generated, prompts: generated.map(() => readable) });
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
  for (const { questions, pictures } of prompts) {
    for (const { captions } of questions.filter(isAsked)) {
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

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
