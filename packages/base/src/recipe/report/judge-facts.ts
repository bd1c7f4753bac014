/** @file How often the judge finds in pictures what their captions say. */

import type { RgbPicture } from "@atelier/diffusion/core";
import { type ImageEmbedder, nearestRows, type TextEmbedder } from "@atelier/diffusion/evaluate";
import { floatTensor } from "@atelier/engine";
import type { Scene } from "../../world/scene.js";
import { factQuestions, type JudgedFact } from "./fact-questions.js";

/** Whether one picture shows each fact that was asked for. */
export type FactAnswers = ReadonlyMap<JudgedFact, boolean>;

/** How many pictures were right, out of how many. */
export interface Tally {
  readonly right: number;
  readonly of: number;
}

/** Facts as the quality table has them: `concept` of single objects, `pair` of two, both right. */
export type TableFact = "concept" | "pair" | "style" | "background" | "accessory";

/**
 * Asks the judge about pictures of one scene and answers in their order.
 * @throws AtelierError `data` for no pictures.
 */
export async function judgeScene(
  clip: ImageEmbedder & TextEmbedder,
  scene: Scene,
  pictures: readonly RgbPicture[],
): Promise<FactAnswers[]> {
  const questions = factQuestions(scene);
  const seen = await clip.embedPictures(pictures);
  const { embeddings } = await clip.embedTexts(questions.flatMap(({ captions }) => captions));
  const [, width = 0] = embeddings.shape;
  const answers = pictures.map(() => new Map<JudgedFact, boolean>());
  let start = 0;
  for (const { about, captions } of questions) {
    const end = start + captions.length;
    const rows = embeddings.data.subarray(start * width, end * width);
    const chosen = nearestRows(seen, floatTensor(rows, [captions.length, width]));
    for (const [i, answer] of answers.entries()) answer.set(about, chosen[i] === 0);
    start = end;
  }
  return answers;
}

/** Counts answers by fact. */
export function tallyFacts(answers: readonly FactAnswers[]): Readonly<Record<TableFact, Tally>> {
  const tally = (verdicts: readonly (boolean | undefined)[]): Tally => {
    const asked = verdicts.filter((verdict) => verdict !== undefined);
    return { right: asked.filter(Boolean).length, of: asked.length };
  };
  const of = (fact: JudgedFact) => tally(answers.map((answer) => answer.get(fact)));
  const singles = answers.filter((answer) => !answer.has("second"));
  const pairs = answers.filter((answer) => answer.has("second"));
  return {
    concept: tally(singles.map((answer) => answer.get("concept"))),
    pair: tally(
      pairs.map((answer) => answer.get("concept") === true && answer.get("second") === true),
    ),
    style: of("style"),
    background: of("background"),
    accessory: of("accessory"),
  };
}

/** The share that was right; NaN where nothing was asked. */
export function shareOf({ right, of }: Tally): number {
  return right / of;
}
