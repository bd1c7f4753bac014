/**
 * @file Pre-training of the instance judge: an encoder that finds views of the same thing alike and
 * those of its siblings not. It learns from renders of things by the thousand, so that it can judge
 * things that it has never seen.
 */

import { pixelsFromRgb } from "@atelier/diffusion/core";
import { createPictureEmbedder, embedPictures } from "@atelier/diffusion/evaluate";
import { listParameters, type PictureEncoderConfig } from "@atelier/diffusion/models";
import {
  adamW,
  createWeights,
  floatTensor,
  type GraphNode,
  input,
  type Runtime,
  type TensorMap,
  type Weights,
} from "@atelier/engine";
import { pictureSize } from "../world/layout.js";
import { initialValues } from "./initial-values.js";
import { instanceContrast } from "./instance-contrast.js";
import { drawGroups, groupSize } from "./instance-groups.js";
import { type InstancePool, openInstancePools } from "./instance-pool.js";
import { drawHeldOutTrials, drawTrial, scoreTrials, trialSheet } from "./instance-retrieval.js";
import { drawView, type InstanceIcons, renderView } from "./instance-views.js";
import type { Evaluation, NamedWeights, Recipe } from "./recipe.js";
import { recipeDraws } from "./scene-batches.js";

/** What the instance judge is trained with. */
export interface InstanceRecipeOptions {
  readonly config: PictureEncoderConfig;
  readonly icons: InstanceIcons;
  readonly runtime: Runtime;
  /** Groups of siblings in a step. */
  readonly groups?: number;
  /** Trials of an evaluation, 64 unseen things each. */
  readonly trials?: number;
}

/** Pictures of each thing in a step. */
const views = 2;
const temperature = 0.1;
const sheetGroups = 6;

/** The recipe of the instance judge. */
export async function instanceRecipe({
  config,
  icons,
  runtime,
  groups = 8,
  trials = 4,
}: InstanceRecipeOptions): Promise<Recipe> {
  const pools = await openInstancePools(icons);
  const rows = groups * groupSize * views;
  const build = (weights: Weights) => ({ loss: lossOf(config, weights, rows) });
  const evaluate = async (averaged: NamedWeights): Promise<Evaluation> => {
    const { heldOut, unseenStyle } = await drawHeldOutTrials(icons, { pools, count: trials });
    await using eye = createPictureEmbedder({
      ...{ name: "instance judge", config, parameters: averaged, runtime },
    });
    const seen = await scoreTrials(heldOut, eye);
    const unseen = await scoreTrials(unseenStyle, eye);
    const metrics = {
      ...seen,
      unseenStyleRetrievalAccuracy: unseen.retrievalAccuracy,
      unseenStyleSameCosine: unseen.sameCosine,
      unseenStyleSiblingCosine: unseen.siblingCosine,
      unseenStyleRandomCosine: unseen.randomCosine,
    };
    const shown = await drawTrial({ pool: pools.evaluation, icons, groups: sheetGroups }, trials);
    return { metrics, sheet: trialSheet(shown) };
  };
  return {
    name: "instance",
    initial: initialValues(
      listParameters((weights) => build(weights)),
      14,
    ),
    frozen: new Map(),
    fingerprint: "",
    learningRate: 1e-3,
    warmupSteps: 100,
    optimizer: adamW({ weightDecay: 1e-2 }),
    averageDecay: 0.998,
    build: () => [build(createWeights())],
    batchAt: (step) => instanceBatch(step, { pool: pools.training, icons, groups }),
    evaluateEverySteps: 500,
    evaluate,
  };
}

function lossOf(config: PictureEncoderConfig, weights: Weights, rows: number): GraphNode {
  const pictures = input("pictures", [rows, 3, pictureSize, pictureSize]);
  return instanceContrast(embedPictures(config, weights, pictures), { views, temperature });
}

/** The pictures of a step, the views of a thing beside each other: a pure function. */
export async function instanceBatch(
  step: number,
  { pool, icons, groups }: { pool: InstancePool; icons: InstanceIcons; groups: number },
): Promise<TensorMap> {
  const draws = recipeDraws("instance", step);
  const instances = await drawGroups(groups, { pool, icons, draws });
  const size = 3 * pictureSize ** 2;
  const rows = views * instances.length;
  const pixels = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) {
    const instance = instances[Math.floor(row / views)];
    if (instance === undefined) continue;
    const picture = await renderView(icons, drawView(instance, pool, draws));
    pixels.set(pixelsFromRgb(picture).data, row * size);
  }
  return { pictures: floatTensor(pixels, [rows, 3, pictureSize, pictureSize]) };
}
