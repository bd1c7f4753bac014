/** @file Batches of pictures and captions of the world, as pure functions of a seed and positions. */

import { pixelsFromRgb } from "@atelier/diffusion/core";
import type { ClipTokenizer } from "@atelier/diffusion/tokenizer";
import {
  createTorchGenerator,
  type FloatTensor,
  floatTensor,
  intTensor,
  type TensorOf,
  type TorchGenerator,
} from "@atelier/engine";
import { captionOf, type Fact } from "../world/caption.js";
import { createDraws, type Draws } from "../world/draws.js";
import { pictureSize } from "../world/layout.js";
import type { Scene } from "../world/scene.js";
import type { DrawScene } from "./recipe.js";

/** The scenes that models learn from, and those that they are tried on. */
export const worldSeeds = { training: 1, evaluation: 2 } as const;

/** What recipes draw random numbers for, apart from the streams of the world. */
const recipeStreams = {
  batch: 101,
  noise: 102,
  wording: 103,
  instance: 104,
  instanceTrial: 105,
  report: 106,
} as const;

/** A stream of recipes; see {@link recipeDraws}. */
export type RecipeStream = keyof typeof recipeStreams;

/** Choices that depend on nothing but a stream and an index. */
export function recipeDraws(stream: RecipeStream, index: number): Draws {
  return createDraws({ seed: worldSeeds.training, index, stream: recipeStreams[stream] });
}

/** Normals that depend on nothing but the step. */
export function noiseGenerator(step: number): TorchGenerator {
  return createTorchGenerator(recipeDraws("noise", step).integer(2 ** 32));
}

/** Pictures `[scenes, 3, 64, 64]` from −1 to 1. */
export async function drawPictures(
  draw: DrawScene,
  scenes: readonly Scene[],
): Promise<FloatTensor> {
  const size = 3 * pictureSize ** 2;
  const pixels = new Float32Array(scenes.length * size);
  for (const [row, scene] of scenes.entries()) {
    pixels.set(pixelsFromRgb(await draw(scene)).data, row * size);
  }
  return floatTensor(pixels, [scenes.length, 3, pictureSize, pictureSize]);
}

/** Squares of `size` pixels, one out of each picture `[batch, channels, height, width]`. */
export function cropPictures(pictures: FloatTensor, size: number, draws: Draws): FloatTensor {
  const [batch = 0, channels = 0, height = 0, width = 0] = pictures.shape;
  const cropped = new Float32Array(batch * channels * size * size);
  for (let row = 0; row < batch; row++) {
    const top = draws.integer(height - size + 1);
    const left = draws.integer(width - size + 1);
    for (let line = 0; line < channels * size; line++) {
      const plane = row * channels + Math.floor(line / size);
      const start = (plane * height + top + (line % size)) * width + left;
      const source = pictures.data.subarray(start, start + size);
      cropped.set(source, (row * channels * size + line) * size);
    }
  }
  return floatTensor(cropped, [batch, channels, size, size]);
}

const shortCaptions: readonly (readonly Fact[])[] = [
  ["style"],
  ["background"],
  ["style", "background"],
];

/** Share of captions with a word that means nothing. */
const strangeShare = 0.1;
const letters = Array.from("abcdefghijklmnopqrstuvwxyz");

/**
 * A caption in words that change with `index`. One in ten has a word that means nothing, so that a
 * rare identifier ("a sks dog") says nothing before it is taught.
 */
export function fullCaption(scene: Scene, index: number): string {
  return worded(scene, recipeDraws("wording", index), []);
}

/** A caption like {@link fullCaption}; one in five leaves facts unsaid, as people do. */
export function variedCaption(scene: Scene, index: number): string {
  const draws = recipeDraws("wording", index);
  const unsaid = draws.chance(0.2) ? draws.pick(shortCaptions) : [];
  return worded(scene, draws, unsaid);
}

function worded(scene: Scene, draws: Draws, unsaid: readonly Fact[]): string {
  const words = captionOf(scene, draws.integer(2 ** 32), { unsaid }).split(" ");
  if (draws.chance(strangeShare)) {
    // Where an identifier stands: between the article and its noun.
    const articles = words.flatMap((word, i) => (/^an?$/.test(word) ? [i + 1] : []));
    const strange = Array.from({ length: 3 + draws.integer(2) }, () => draws.pick(letters));
    words.splice(draws.pick(articles), 0, strange.join(""));
  }
  return words.join(" ");
}

/** Token ids `[texts, tokens]`. */
export function tokenBatch(tokenizer: ClipTokenizer, texts: readonly string[]): TensorOf<"int64"> {
  const rows = texts.map((text) => tokenizer.encode(text).ids);
  return intTensor(rows.flat(), [texts.length, rows[0]?.length ?? 0]);
}
