/**
 * @file How near single centred objects come to their renders pixel by pixel: what a judge calls right can
 * still be a smear. Beside them the autoencoder alone, which is the most that the UNet can reach.
 */

import { pixelsFromRgb, type RgbPicture, rgbFromPixels } from "@atelier/diffusion/core";
import { sharpness, structure } from "@atelier/diffusion/evaluate";
import { generate, type Pipeline } from "@atelier/diffusion/pipeline";
import { floatTensor } from "@atelier/engine";
import { canonicalCaption } from "../../world/caption.js";
import { objectWeights } from "../../world/object-weights.js";
import { singleScenes } from "../../world/scene.js";
import type { DrawScene } from "../recipe.js";
import { recipeDraws } from "../scene-batches.js";
import type { Structure } from "./quality.js";
import { throughLatents } from "./reconstruct.js";

/** Medians over pictures. */
export interface MeasuredStructure {
  readonly generated: Structure;
  readonly autoencoder: Structure;
}

/** Draws a picture of each of some single scenes, measures it, and yields the number of finished ones. */
export async function* measureStructure(
  pipeline: Pipeline,
  { draw, pictures }: { readonly draw: DrawScene; readonly pictures: number },
  signal?: AbortSignal,
): AsyncGenerator<number, MeasuredStructure, undefined> {
  const scenes = singleScenes();
  const rows: Record<keyof MeasuredStructure, Structure[]> = { generated: [], autoencoder: [] };
  for (let index = 0; index < pictures; index++) {
    signal?.throwIfAborted();
    const scene = recipeDraws("report", index).pick(scenes);
    const truth = await draw(scene);
    const weights = await objectWeights(draw, scene);
    const compare = (picture: RgbPicture): Structure => ({
      structure: structure(picture, truth),
      structureOfObject: structure(picture, truth, weights),
      sharpness: sharpness(picture) / sharpness(truth),
    });
    const options = { prompt: canonicalCaption(scene), seed: index };
    for await (const event of generate(pipeline, options, signal)) {
      if (event.type === "image") rows.generated.push(compare(event.picture));
    }
    rows.autoencoder.push(compare(await reconstruct(pipeline, truth)));
    yield index + 1;
  }
  return { generated: mediansOf(rows.generated), autoencoder: mediansOf(rows.autoencoder) };
}

/** The picture as the autoencoder gives it back. */
export async function reconstruct(pipeline: Pipeline, picture: RgbPicture): Promise<RgbPicture> {
  const { data, shape } = pixelsFromRgb(picture);
  return rgbFromPixels(await throughLatents(pipeline, floatTensor(data, [1, ...shape])));
}

function mediansOf(rows: readonly Structure[]): Structure {
  const median = (name: keyof Structure): number => {
    const sorted = rows.map((row) => row[name]).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  };
  return {
    structure: median("structure"),
    structureOfObject: median("structureOfObject"),
    sharpness: median("sharpness"),
  };
}
