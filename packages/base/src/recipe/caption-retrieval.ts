/**
 * @file How well the judge reads unseen pictures: among captions that differ in one fact only, does
 * it choose the true one?
 */

import {
  type ClipTextConfig,
  createClipTokenizer,
  embedCaptions,
  embedPictures,
  type PictureEncoderConfig,
} from "@atelier/diffusion";
import { createWeights, input, type Runtime } from "@atelier/engine";
import { backgrounds } from "../world/backgrounds.js";
import { canonicalCaption } from "../world/caption.js";
import { trainingConcepts, trainingStyles } from "../world/concepts.js";
import { pictureSize } from "../world/layout.js";
import { type Scene, sceneAt } from "../world/scene.js";
import { captionTokens } from "./contrastive-model.js";
import type { DrawScene, NamedWeights } from "./recipe.js";
import { drawPictures, tokenBatch, worldSeeds } from "./scene-batches.js";
import { withConcept, withStyle } from "./sibling-scenes.js";
import { type TextVocabulary, tokenizerDefinition } from "./text-vocabulary.js";

/** A judge's parts. */
export interface JudgeOptions {
  readonly text: ClipTextConfig;
  readonly image: PictureEncoderConfig;
  readonly vocabulary: TextVocabulary;
  readonly draw: DrawScene;
  readonly runtime: Runtime;
  /** Unseen pictures, one object each. */
  readonly evaluated?: number;
}

/** Captions that are encoded at once. */
const captionBatch = 32;

/** Share of right choices by fact: `conceptAccuracy`, `styleAccuracy`, `backgroundAccuracy`. */
export async function judgeFacts(
  { text, image, vocabulary, draw, runtime, evaluated = 96 }: JudgeOptions,
  parameters: NamedWeights,
): Promise<Readonly<Record<string, number>>> {
  const tokenizer = createClipTokenizer(tokenizerDefinition(vocabulary, { length: captionTokens }));
  const pictures = input("pictures", [1, 3, pictureSize, pictureSize]);
  const ids = input("input_ids", [captionBatch, captionTokens], "int64");
  const seen = { seen: embedPictures(image, createWeights(), pictures) };
  const read = { read: embedCaptions(text, createWeights(), ids) };
  await using eye = await runtime.compile({ outputs: seen }, { parameters });
  await using reader = await runtime.compile({ outputs: read }, { parameters });

  const embed = async (captions: readonly string[]): Promise<Float32Array[]> => {
    const rows: Float32Array[] = [];
    for (let start = 0; start < captions.length; start += captionBatch) {
      const part = captions.slice(start, start + captionBatch);
      const filled = [...part, ...new Array<string>(captionBatch - part.length).fill("")];
      const out = await reader.run({ input_ids: tokenBatch(tokenizer, filled) });
      const values = Float32Array.from(out["read"]?.data ?? [], Number);
      const width = values.length / captionBatch;
      rows.push(...part.map((_, row) => values.subarray(row * width, (row + 1) * width)));
    }
    return rows;
  };

  const hits = { concept: 0, style: 0, background: 0 };
  for (let index = 0; index < evaluated; index++) {
    const scene = sceneAt(worldSeeds.evaluation, index, { pairShare: 0, accessoryShare: 0 });
    const looked = await eye.run({ pictures: await drawPictures(draw, [scene]) });
    const view = Float32Array.from(looked["seen"]?.data ?? [], Number);
    const choices = alternatives(scene);
    for (const fact of ["concept", "style", "background"] as const) {
      const captions = choices[fact].map((other) => canonicalCaption(other));
      const vectors = await embed(captions);
      const scores = vectors.map((vector) => dot(vector, view));
      const best = captions[scores.indexOf(Math.max(...scores))];
      if (best === canonicalCaption(scene)) hits[fact] += 1;
    }
  }
  return {
    conceptAccuracy: hits.concept / evaluated,
    styleAccuracy: hits.style / evaluated,
    backgroundAccuracy: hits.background / evaluated,
  };
}

/** A scene in all versions of one fact, itself among them. */
function alternatives(scene: Scene): Record<"concept" | "style" | "background", Scene[]> {
  return {
    concept: trainingConcepts.map(({ name }) => withConcept(scene, name)),
    style: trainingStyles.map((style) => withStyle(scene, style)),
    background: backgrounds.map((background) => ({ ...scene, background })),
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
