/** @file What has to be known to read an evaluation: how it was drawn, who judged, what counts as a copy. */

import type { Evaluation } from "../evaluate/evaluation.js";
import type { Messages } from "../messages/messages.js";

/** Two pictures that are more alike than this are nearly the same. */
const twinSimilarity = 0.98;

/** What was done, in a sentence. */
export function summaryOf({ protocol, real }: Evaluation, { evaluate: text }: Messages): string {
  return text.summary({
    protocol: text.protocols[protocol.name],
    prompts: protocol.prompts.length,
    count: protocol.count,
    pictures: real.pictures.length,
    classPictures: protocol.classPrompts.length * protocol.classCount,
  });
}

/** Sentences below the table. */
export function evaluationNotes(
  { subject, drawnBy, judges, real }: Evaluation,
  { evaluate: text }: Messages,
): string[] {
  const { mostAlike } = real;
  const names = [mostAlike?.index, mostAlike?.other].map((index) => fileOf(real.pictures, index));
  const [first = "", second = ""] = names;
  return [
    text.baseAsked(subject.className),
    text.drawnBy(drawnBy),
    text.judges(judges.clip, judges.instance),
    ...(mostAlike === undefined ? [] : [text.copyMeasure(first, second, mostAlike.similarity)]),
    ...((mostAlike?.similarity ?? 0) > twinSimilarity ? [text.nearTwins(first, second)] : []),
  ];
}

/** The name of a picture's file. */
export function fileOf(paths: readonly string[], index: number | undefined): string {
  const path = index === undefined ? undefined : paths[index];
  return path?.split(/[\\/]/).at(-1) ?? "";
}
