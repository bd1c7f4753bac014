/** @file What is drawn of a run, and what a judge says of it. */

import type { RgbPicture } from "@atelier/diffusion/core";
import { allSimilarities, type Judge, nearestRows, structure } from "@atelier/diffusion/evaluate";
import type { FloatTensor } from "@atelier/engine";
import { questionsOf } from "../../demo/prompt-questions.js";
import { subjectTruth } from "../../demo/subject-truth.js";
import type { Scene } from "../../world/scene.js";
import type { DrawnScores } from "./record.js";
import { freshPicturesOf, type Subject, subjectMark, unrelatedPictures } from "./subjects.js";
import type { DrawingRequest } from "./truth-watcher.js";

/** Drawings of the subject, and of other things. */
export interface DrawingSize {
  readonly subject: number;
  readonly unrelated: number;
}

export const wholeDrawing: DrawingSize = { subject: 8, unrelated: 24 };

const seed = 7;

/** Prompts for the subject in scenes that no run learns from, each with a seed of its own. */
export function subjectRequests(subject: Subject, calls: string, count: number): DrawingRequest[] {
  return freshPicturesOf(subject, count).map(({ caption }, index) => ({
    prompt: caption.replace(subjectMark, calls),
    seed: seed + index,
  }));
}

/** Prompts for other things. */
export function unrelatedRequests(count: number): DrawingRequest[] {
  return unrelatedPictures(count).map(({ caption }, index) => ({
    prompt: caption,
    seed: seed + index,
  }));
}

/** Pictures to be judged. */
export interface Drawn {
  readonly step: number;
  readonly subject: readonly RgbPicture[];
  /** Not at every look. */
  readonly unrelated: readonly RgbPicture[];
}

/** Judges what was drawn after a step, beside the pictures in training. */
export type DrawingJudge = (
  subject: Subject,
  lessons: readonly RgbPicture[],
  drawn: Drawn,
) => Promise<DrawnScores>;

/** Judges the drawings of runs. */
export function createDrawingJudge(
  judge: Judge,
  draw: (subject: Subject, scene: Scene) => Promise<RgbPicture>,
): DrawingJudge {
  const isFirst = chooser(judge);
  return async (subject, lessons, { step, subject: drawn, unrelated }) => {
    const fresh = freshPicturesOf(subject, drawn.length);
    let [likeness, likeStructure, obeyed, asked] = [0, 0, 0, 0];
    for (const [index, picture] of drawn.entries()) {
      const { scene } = fresh[index] ?? {};
      if (scene === undefined) continue;
      const truth = await subjectTruth((other) => draw(subject, other), {
        scene,
        asksFor: "subject",
      });
      if (truth === undefined) continue;
      const pair = await judge.instance.embedPictures([picture, truth.picture]);
      likeness += allSimilarities(pair, pair)[0]?.[1] ?? Number.NaN;
      likeStructure += structure(picture, truth.picture, truth.weights);
      for (const { captions } of questionsOf({
        scene: named(subject, scene),
        asksFor: "subject",
      })) {
        obeyed += (await isFirst(picture, captions)) ? 1 : 0;
        asked += 1;
      }
    }
    let right = 0;
    for (const [index, { scene }] of unrelatedPictures(unrelated.length).entries()) {
      const picture = unrelated[index];
      const question = questionsOf({ scene, asksFor: "unrelated" }).find(
        ({ about }) => about === "concept",
      );
      if (picture === undefined || question === undefined) continue;
      right += (await isFirst(picture, question.captions)) ? 1 : 0;
    }
    return {
      step,
      likeness: likeness / drawn.length,
      structure: likeStructure / drawn.length,
      obeyed: obeyed / asked,
      copies: await copiedShare(judge, drawn, lessons),
      ...(unrelated.length === 0 ? {} : { unrelated: right / unrelated.length }),
    };
  };
}

/** The subject's class in its place: the judge has never read of the subject. */
function named({ className }: Subject, { objects, background }: Scene): Scene {
  const [first, ...others] = objects;
  const known = { ...first, concept: className };
  return { objects: others[0] === undefined ? [known] : [known, others[0]], background };
}

/** Whether the first of some captions is the one that fits best. */
function chooser({
  clip,
}: Judge): (picture: RgbPicture, captions: readonly string[]) => Promise<boolean> {
  // The same questions are asked of every run.
  const known = new Map<string, Promise<FloatTensor>>();
  return async (picture, captions) => {
    const key = captions.join("\n");
    const texts = known.get(key) ?? clip.embedTexts(captions).then(({ embeddings }) => embeddings);
    known.set(key, texts);
    const [nearest] = nearestRows(await clip.embedPictures([picture]), await texts);
    return nearest === 0;
  };
}

/** Of whole pictures: that which tells things apart finds any true picture of the subject near. */
async function copiedShare(
  { clip }: Judge,
  drawn: readonly RgbPicture[],
  lessons: readonly RgbPicture[],
): Promise<number> {
  const known = await clip.embedPictures(lessons);
  const among = allSimilarities(known, known);
  const largest = Math.max(...among.flatMap((row, i) => row.filter((_, j) => j < i)));
  const nearest = allSimilarities(await clip.embedPictures(drawn), known);
  return nearest.filter((row) => Math.max(...row) > largest).length / drawn.length;
}
