/** @file How exactly an autoencoder gives back renders that it has never seen. */

import { configOf } from "@atelier/diffusion/families";
import type { Pipeline } from "@atelier/diffusion/pipeline";
import { type FloatTensor, floatTensor } from "@atelier/engine";
import { sceneAt } from "../../world/scene.js";
import type { DrawScene } from "../recipe.js";
import { drawPictures, worldSeeds } from "../scene-batches.js";
import { psnr } from "../vae-recipe.js";
import type { Quality } from "./quality.js";

/** Encodes and decodes unseen renders and yields the number of finished ones. */
export async function* reconstructScenes(
  pipeline: Pipeline,
  { draw, pictures }: { readonly draw: DrawScene; readonly pictures: number },
  signal?: AbortSignal,
): AsyncGenerator<number, Quality["reconstruction"], undefined> {
  const decibels: number[] = [];
  for (let index = 0; index < pictures; index++) {
    signal?.throwIfAborted();
    const original = await drawPictures(draw, [sceneAt(worldSeeds.evaluation, index)]);
    decibels.push(psnr(original, await throughLatents(pipeline, original)));
    yield index + 1;
  }
  return {
    pictures,
    psnrDecibels: decibels.reduce((sum, value) => sum + value, 0) / pictures,
    worstPsnrDecibels: Math.min(...decibels),
  };
}

/** Pictures `[batch, 3, height, width]` as the autoencoder gives them back. */
export async function throughLatents(
  pipeline: Pipeline,
  pictures: FloatTensor,
): Promise<FloatTensor> {
  const { shiftFactor, scalingFactor } = configOf(pipeline.configs, "vae");
  const { mean } = await pipeline.encodeImages(pictures);
  const latents = mean.data.map((value) => (value - shiftFactor) * scalingFactor);
  return pipeline.decodeLatents(floatTensor(latents, mean.shape));
}
