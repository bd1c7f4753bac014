/** @file Pictures of unseen scenes' captions, drawn by the folder of a model, on one sheet. */

import type { RgbPicture } from "@atelier/diffusion/core";
import { contactSheet, openModelFiles } from "@atelier/diffusion/files";
import { generate, loadPipeline } from "@atelier/diffusion/pipeline";
import type { FileStore, Runtime } from "@atelier/engine";
import { canonicalCaption } from "../world/caption.js";
import { sceneAt } from "../world/scene.js";
import type { DrawScene } from "./recipe.js";
import { worldSeeds } from "./scene-batches.js";

/** Where the model is and how many pictures to draw. */
export interface DrawSamplesOptions {
  readonly files: FileStore;
  readonly folder: string;
  readonly runtime: Runtime;
  /** Draws what a prompt was written for, to compare with. */
  readonly draw: DrawScene;
  readonly count?: number;
}

/** Rows of renders and, below each, what the model draws from the caption. */
export async function drawSampleSheet({
  files,
  folder,
  runtime,
  draw,
  count = 16,
}: DrawSamplesOptions): Promise<RgbPicture> {
  const checkpoint = await openModelFiles(files, folder);
  await using pipeline = await loadPipeline(checkpoint, { runtime, files });
  const pairs: { readonly picture: RgbPicture; readonly label: string }[] = [];
  for (let index = 0; index < count; index++) {
    const scene = sceneAt(worldSeeds.evaluation, index);
    const prompt = canonicalCaption(scene);
    pairs.push({ picture: await draw(scene), label: "render" });
    for await (const event of generate(pipeline, { prompt, seed: index })) {
      if (event.type === "image") pairs.push({ picture: event.picture, label: prompt });
    }
  }
  const pictures = pairs.map(({ picture }) => picture);
  return contactSheet(pictures, { columns: 8, labels: pairs.map(({ label }) => label) });
}
