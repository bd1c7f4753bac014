/** @file Pictures that a model draws from captions of scenes, beside the render of each caption. */

import type { RgbPicture } from "@atelier/diffusion/core";
import { generate, type Pipeline } from "@atelier/diffusion/pipeline";
import { canonicalCaption } from "../../world/caption.js";
import { type Scene, sceneAt } from "../../world/scene.js";
import type { DrawScene } from "../recipe.js";
import { worldSeeds } from "../scene-batches.js";

/** A caption with pictures. */
export interface DrawnScene {
  readonly scene: Scene;
  readonly prompt: string;
  /** Seed of the first generated picture; the others have the numbers that follow. */
  readonly seed: number;
  readonly generated: readonly RgbPicture[];
  readonly render: RgbPicture;
}

/** What is drawn. */
export interface DrawScenesOptions {
  readonly draw: DrawScene;
  /** Scenes that no training has seen, of concepts and styles that it has. */
  readonly prompts: number;
  readonly picturesPerPrompt: number;
}

/**
 * Draws scene after scene with the steps and the guidance that the model advises, and yields the number
 * of finished pictures after each.
 * @throws AtelierError as `generate`.
 */
export async function* drawScenes(
  pipeline: Pipeline,
  { draw, prompts, picturesPerPrompt }: DrawScenesOptions,
  signal?: AbortSignal,
): AsyncGenerator<number, DrawnScene[], undefined> {
  const drawn: DrawnScene[] = [];
  for (let index = 0; index < prompts; index++) {
    const scene = sceneAt(worldSeeds.evaluation, index);
    const prompt = canonicalCaption(scene);
    const seed = index * picturesPerPrompt;
    const generated: RgbPicture[] = [];
    const options = { prompt, seed, count: picturesPerPrompt };
    for await (const event of generate(pipeline, options, signal)) {
      if (event.type !== "image") continue;
      generated.push(event.picture);
      yield seed + generated.length;
    }
    drawn.push({ scene, prompt, seed, generated, render: await draw(scene) });
  }
  return drawn;
}
