/** @file How much pictures of one short prompt differ, in all that the prompt leaves open. */

import type { RgbPicture } from "@atelier/diffusion/core";
import { type Judge, promptDiversity } from "@atelier/diffusion/evaluate";
import { generate, type Pipeline } from "@atelier/diffusion/pipeline";
import { trainingConcepts } from "../../world/concepts.js";

/** What is drawn. */
export interface DiversityOptions {
  /** Things that are asked for by name alone. */
  readonly named: number;
  readonly picturesPerPrompt: number;
}

/** Draws "a dog" and other things, and yields the number of finished ones; the mean of their diversity. */
export async function* measureDiversity(
  pipeline: Pipeline,
  { clip }: Pick<Judge, "clip">,
  { named, picturesPerPrompt }: DiversityOptions,
  signal?: AbortSignal,
): AsyncGenerator<number, number, undefined> {
  let sum = 0;
  for (let index = 0; index < named; index++) {
    const thing =
      trainingConcepts[Math.floor((index * trainingConcepts.length) / named)]?.name ?? "";
    const article = /^[aeiou]/.test(thing) ? "an" : "a";
    const pictures: RgbPicture[] = [];
    const options = { prompt: `${article} ${thing}`, seed: 0, count: picturesPerPrompt };
    for await (const event of generate(pipeline, options, signal)) {
      if (event.type === "image") pictures.push(event.picture);
    }
    sum += await promptDiversity(clip, pictures);
    yield index + 1;
  }
  return sum / named;
}
