/** @file A judge whose vectors are known: a picture is the caption in its bytes, words are directions. */

import type { RgbPicture } from "@atelier/diffusion/core";
import type { ImageEmbedder, TextEmbedder } from "@atelier/diffusion/evaluate";
import { type FloatTensor, floatTensor } from "@atelier/engine";
import { canonicalCaption } from "../world/caption.js";
import type { Scene } from "../world/scene.js";

const words: string[] = [];

function vectorOf(caption: string): number[] {
  const vector = new Array<number>(256).fill(0);
  for (const word of caption.split(" ")) {
    if (!words.includes(word)) words.push(word);
    vector[words.indexOf(word)] = 1;
  }
  return vector;
}

function embed(captions: readonly string[]): FloatTensor {
  return floatTensor(captions.flatMap(vectorOf), [captions.length, 256]);
}

/** Reads captions out of pictures; the more words two have in common, the more alike they are. */
export const captionJudge: ImageEmbedder & TextEmbedder = {
  description: "reads captions out of pictures",
  embedPictures: async (pictures) =>
    embed(pictures.map(({ data }) => new TextDecoder().decode(data))),
  embedTexts: async (texts) => ({ embeddings: embed(texts), truncated: texts.map(() => "") }),
};

/** What the judge takes for a picture of a scene. */
export function captionPicture(scene: Scene): RgbPicture {
  const data = new TextEncoder().encode(canonicalCaption(scene));
  return { width: data.length, height: 1, data };
}
