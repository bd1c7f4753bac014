/** @file What the judge says of drawn scenes: facts, distances and diversity. */

import type { RgbPicture } from "@atelier/diffusion/core";
import {
  cmmd,
  type Embeddings,
  type Judge,
  kernelDistance,
  selfSimilarity,
} from "@atelier/diffusion/evaluate";
import { floatTensor } from "@atelier/engine";
import type { DrawnScene } from "./draw-scenes.js";
import { type FactAnswers, judgeScene, type Tally, tallyFacts } from "./judge-facts.js";
import type { Quality } from "./quality.js";

/** The part of the report that the judge decides. */
export type Judged = Pick<Quality, "generated" | "real" | "concepts" | "cmmd" | "kid"> & {
  readonly diversity: Pick<Quality["diversity"], "said">;
};

/**
 * Judges drawn scenes and yields the number of finished ones.
 * @throws AtelierError `data` for fewer than two pictures of a scene.
 */
export async function* judgeDrawn(
  { clip }: Pick<Judge, "clip">,
  drawn: readonly DrawnScene[],
  signal?: AbortSignal,
): AsyncGenerator<number, Judged, undefined> {
  const answers: { generated: FactAnswers[]; real: FactAnswers[]; concept: string }[] = [];
  for (const [index, { scene, generated, render }] of drawn.entries()) {
    signal?.throwIfAborted();
    const all = await judgeScene(clip, scene, [...generated, render]);
    const [first, ...others] = scene.objects;
    answers.push({
      generated: all.slice(0, generated.length),
      real: all.slice(generated.length),
      concept: others.length === 0 ? first.concept : "",
    });
    yield index + 1;
  }
  const tally = (kind: "generated" | "real", concept?: string): Judged["generated"] =>
    tallyFacts(
      answers
        .filter((answer) => concept === undefined || answer.concept === concept)
        .flatMap((answer) => answer[kind]),
    );
  const names = [...new Set(answers.map(({ concept }) => concept))].filter((name) => name !== "");
  const byConcept = (concept: string): { generated: Tally; real: Tally } => ({
    generated: tally("generated", concept).concept,
    real: tally("real", concept).concept,
  });
  return {
    generated: tally("generated"),
    real: tally("real"),
    concepts: Object.fromEntries(names.sort().map((name) => [name, byConcept(name)])),
    ...(await compareSets({ clip }, drawn)),
  };
}

/** Distances between all pictures, and the diversity within a caption. */
async function compareSets(
  { clip }: Pick<Judge, "clip">,
  drawn: readonly DrawnScene[],
): Promise<Pick<Judged, "cmmd" | "kid" | "diversity">> {
  const embed = (pick: (scene: DrawnScene) => readonly RgbPicture[]) =>
    clip.embedPictures(drawn.flatMap(pick));
  const generated = await embed((scene) => scene.generated);
  const real = await embed(({ render }) => [render]);
  return {
    cmmd: cmmd(generated, real),
    kid: kernelDistance(generated, real),
    diversity: { said: meanDiversity(generated, drawn.length) },
  };
}

/** The mean over captions of 1 − the mean cosine of two of its pictures. @param captions with as many rows each */
export function meanDiversity({ data, shape }: Embeddings, captions: number): number {
  const [rows = 0, width = 0] = shape;
  const size = rows / captions;
  const values = Float32Array.from(data);
  const diversities = Array.from({ length: captions }, (_, index) => {
    const part = values.subarray(index * size * width, (index + 1) * size * width);
    return 1 - selfSimilarity(floatTensor(part, [size, width]));
  });
  return diversities.reduce((sum, value) => sum + value, 0) / captions;
}
