/**
 * @file The scores of an evaluation, computed from what a judge made of its pictures: per prompt, and over all
 * prompts with intervals; of a tuned model also beside its base.
 */

import type { RgbPicture } from "../core/rgb-picture.js";
import type { Share } from "./binomial-interval.js";
import { bootstrapInterval, type Estimate, meanAt, meanInterval } from "./bootstrap-interval.js";
import { mostAlikePair, type NearestPicture, nearestPictures, shareOfCopies } from "./copies.js";
import type { Judge } from "./judge.js";
import type { Protocol, ProtocolPrompt } from "./protocol.js";
import {
  dot,
  type Embeddings,
  meanSimilarity,
  nearestRows,
  rowSimilarities,
  rowsOf,
  selfSimilarity,
  unitRows,
} from "./similarity.js";
import { vendiScore } from "./vendi-score.js";

/** Pictures as both encoders of a judge see them. */
export interface JudgedPictures {
  /** `[pictures, width]` */
  readonly clip: Embeddings;
  readonly instance: Embeddings;
}

/** What scores are computed from, besides drawings. */
export interface JudgedProtocol {
  readonly prompts: readonly (Pick<ProtocolPrompt, "scores"> & {
    /** Whether a caption of training says all of it, so that a copy is what was asked for. */
    readonly isLearned: boolean;
  })[];
  /** The readable prompts by the judge in the role of CLIP `[prompts, width]`. */
  readonly texts: Embeddings;
  readonly textScore: Protocol["textScore"];
  /** The pictures that were learned from. */
  readonly real: JudgedPictures;
}

/** What one model has drawn. */
export interface JudgedDrawings {
  /** In the order of the protocol's prompts. */
  readonly prompts: readonly JudgedPictures[];
  /** Of the class alone, where it was drawn. */
  readonly ofClass: JudgedPictures | undefined;
}

/** Scores of one prompt's pictures; NaN where the prompt is not scored for them, or one picture has no such score. */
export interface PromptScores {
  /** The mean cosine to real pictures by the instance judge, in the role of DINO. */
  readonly instance: number;
  /** The same in the role of CLIP: CLIP-I. */
  readonly clipImage: number;
  /** CLIP-T. */
  readonly clipText: number;
  /** The share of pictures that fit this prompt better than all others of the protocol (R-precision). */
  readonly obeyed: number;
  /** DIV: the mean distance, 1 − cosine, of its pictures by the instance judge. */
  readonly diversity: number;
  /** The Vendi score of its pictures by the instance judge, from 1 to their number. */
  readonly variety: number;
  /** Of each picture, in the role of CLIP. */
  readonly nearest: readonly NearestPicture[];
}

/** Scores that are means over prompts. */
export type MeanScore = Exclude<keyof PromptScores, "nearest">;

/** The scores of one model; each interval is over prompts, that of PRES, and of a single prompt's likeness, over pictures. */
export interface ModelScores extends Readonly<Record<MeanScore, Estimate>> {
  readonly prompts: readonly PromptScores[];
  /** PRES: the mean cosine of pictures of the class and real ones of the subject, by the instance judge. */
  readonly classResemblance: Estimate;
  /** Of drawings whose prompt was not learned. `undefined` where fewer than two real pictures set the measure. */
  readonly copies: Share | undefined;
  /** Likeness divided by that of real pictures among themselves. */
  readonly likenessShare: Estimate;
}

/** A tuned model beside its base, prompt by prompt and seed by seed. */
export interface Comparison {
  /** CLIP-T less the base's. */
  readonly clipText: Estimate;
  /** DIV divided by the base's. */
  readonly diversity: Estimate;
  /** PRES less the base's. */
  readonly classResemblance: Estimate;
  /** The mean cosine of class pictures with those that the base draws from the same seeds; 1 where nothing changed. */
  readonly classKept: Estimate;
}

/** How alike real pictures are among themselves: what likeness can be expected to reach. */
export interface RealScores {
  readonly instance: number;
  readonly clipImage: number;
}

/** Embeds pictures by both encoders. @throws AtelierError `data` for no pictures. */
export async function judgePictures(
  { clip, instance }: Judge,
  pictures: readonly RgbPicture[],
): Promise<JudgedPictures> {
  return {
    clip: await clip.embedPictures(pictures),
    instance: await instance.embedPictures(pictures),
  };
}

/** How alike the real pictures are; NaN for a single one. */
export function scoreReal({ clip, instance }: JudgedPictures): RealScores {
  return { instance: ownSimilarity(instance), clipImage: ownSimilarity(clip) };
}

/** All scores of one model's drawings. @throws AtelierError `shape`, `data` as `meanSimilarity`. */
export function scoreDrawings(protocol: JudgedProtocol, drawings: JudgedDrawings): ModelScores {
  const { real } = protocol;
  const prompts = drawings.prompts.map((pictures, index) => scorePrompt(protocol, pictures, index));
  const mean = (score: MeanScore): Estimate => meanInterval(scored(prompts, score));
  const { ofClass } = drawings;
  const ceiling = scoreReal(real).instance;
  const likeness = (encoder: keyof JudgedPictures, score: MeanScore): readonly number[] => {
    const values = scored(prompts, score);
    const only = prompts.findIndex((prompt) => !Number.isNaN(prompt[score]));
    const pictures = values.length === 1 ? drawings.prompts[only] : undefined;
    return pictures === undefined ? values : likenesses(pictures[encoder], real[encoder]);
  };
  const alike = likeness("instance", "instance");
  const pair = mostAlikePair(real.clip);
  const unlearned = prompts.filter((_, index) => protocol.prompts[index]?.isLearned === false);
  return {
    prompts,
    instance: meanInterval(alike),
    clipImage: meanInterval(likeness("clip", "clipImage")),
    clipText: mean("clipText"),
    obeyed: mean("obeyed"),
    diversity: mean("diversity"),
    variety: mean("variety"),
    classResemblance: meanInterval(resemblances(ofClass, real)),
    copies:
      pair &&
      shareOfCopies(
        unlearned.flatMap(({ nearest }) => nearest),
        pair,
      ),
    likenessShare: bootstrapInterval(
      alike.length,
      (positions) => meanAt(alike)(positions) / ceiling,
    ),
  };
}

/**
 * A tuned model's drawings beside the base's of the same prompts and seeds.
 * @throws AtelierError `shape` unless both have drawn as many pictures of the class.
 */
export function compareWithBase(
  real: JudgedPictures,
  base: JudgedDrawings & { readonly scores: ModelScores },
  tuned: JudgedDrawings & { readonly scores: ModelScores },
): Comparison {
  const of = (scores: ModelScores, score: MeanScore) => scored(scores.prompts, score);
  const [before, after] = [of(base.scores, "diversity"), of(tuned.scores, "diversity")];
  const [presBefore, presAfter] = [base, tuned].map(({ ofClass }) => resemblances(ofClass, real));
  const kept =
    base.ofClass === undefined || tuned.ofClass === undefined
      ? []
      : rowSimilarities(base.ofClass.instance, tuned.ofClass.instance);
  return {
    clipText: meanInterval(differences(of(tuned.scores, "clipText"), of(base.scores, "clipText"))),
    diversity: bootstrapInterval(
      after.length,
      (positions) => meanAt(after)(positions) / meanAt(before)(positions),
    ),
    classResemblance: meanInterval(differences(presAfter ?? [], presBefore ?? [])),
    classKept: meanInterval(kept),
  };
}

/** How far apart pictures of the class are that the base draws from other seeds, as a mean cosine; NaN of fewer than two. */
export function classSpread({ ofClass }: JudgedDrawings): number {
  return ofClass === undefined ? Number.NaN : ownSimilarity(ofClass.instance);
}

function scorePrompt(
  { prompts, texts, textScore, real }: JudgedProtocol,
  { clip, instance }: JudgedPictures,
  index: number,
): PromptScores {
  const scores = prompts[index]?.scores ?? "both";
  const [isLikeness, isObedience] = [scores !== "obedience", scores !== "likeness"];
  const where = (holds: boolean, value: () => number) => (holds ? value() : Number.NaN);
  const text = rowAt(texts, index);
  return {
    instance: where(isLikeness, () => meanSimilarity(instance, real.instance)),
    clipImage: where(isLikeness, () => meanSimilarity(clip, real.clip)),
    clipText: where(isObedience, () => {
      return textScore === "mean-cosine" ? meanSimilarity(clip, text) : cosineOfMean(clip, text);
    }),
    obeyed: where(isObedience, () => {
      const chosen = nearestRows(clip, texts);
      return chosen.filter((row) => row === index).length / chosen.length;
    }),
    diversity: 1 - ownSimilarity(instance),
    variety: where((instance.shape[0] ?? 0) > 1, () => vendiScore(instance)),
    nearest: nearestPictures(clip, real.clip),
  };
}

/** The values of the prompts that have this score. */
function scored(prompts: readonly PromptScores[], score: MeanScore): number[] {
  return prompts.map((prompt) => prompt[score]).filter((value) => !Number.isNaN(value));
}

/** PRES of each picture of the class. */
function resemblances(ofClass: JudgedPictures | undefined, real: JudgedPictures): number[] {
  return ofClass === undefined ? [] : likenesses(ofClass.instance, real.instance);
}

/** The mean cosine of each drawing to the real pictures. */
function likenesses(drawn: Embeddings, real: Embeddings): number[] {
  const [rows = 0] = drawn.shape;
  return Array.from({ length: rows }, (_, row) => meanSimilarity(rowAt(drawn, row), real));
}

function differences(after: readonly number[], before: readonly number[]): number[] {
  return after.map((value, index) => value - (before[index] ?? Number.NaN));
}

/** NaN for fewer than two rows, of which there is no pair. */
function ownSimilarity(embeddings: Embeddings): number {
  return (embeddings.shape[0] ?? 0) < 2 ? Number.NaN : selfSimilarity(embeddings);
}

/** The cosine of the mean of unit vectors with a text. */
function cosineOfMean(pictures: Embeddings, text: Embeddings): number {
  const [, width = 0] = pictures.shape;
  const rows = rowsOf(unitRows(pictures), width);
  const mean = new Float64Array(width);
  for (const row of rows) for (const [i, value] of row.entries()) mean[i] = (mean[i] ?? 0) + value;
  return dot(mean, unitRows(text)) / Math.sqrt(dot(mean, mean));
}

function rowAt({ shape, data }: Embeddings, row: number): Embeddings {
  const [, width = 0] = shape;
  const values = Float64Array.from(data.subarray(row * width, (row + 1) * width));
  return { dtype: "float64", shape: [1, width], data: values };
}
