/** @file The recipes of the shipped models, each on what was trained before it, and their export. */

import { AtelierError, type FileStore, type Runtime, said } from "@atelier/engine";
import { captionWords } from "../world/caption.js";
import { clipRecipe } from "./clip-recipe.js";
import { drawSampleSheet } from "./draw-samples.js";
import {
  encoderWeightsOf,
  type Foundations,
  loadFoundations,
  textWeightsOf,
} from "./foundations.js";
import { instanceRecipe } from "./instance-recipe.js";
import type { InstanceIcons } from "./instance-views.js";
import { measureScalingFactor, openLatentCache, trainingScenes } from "./latent-cache.js";
import { type ModelConfigs, type ModelName, modelConfigs, modelNames } from "./models.js";
import { openPartRecipe, type PartName } from "./part-recipe.js";
import type { NoteEvent, PreparationEvent } from "./pretrain-event.js";
import type { DrawScene, NamedWeights, Recipe } from "./recipe.js";
import { hasSnapshot, loadTrained } from "./recipe-folder.js";
import { learnVocabulary, type TextVocabulary } from "./text-vocabulary.js";
import type { TrainingRecord } from "./training-record.js";
import { trainingSeconds } from "./training-seconds.js";
import { unetRecipe } from "./unet-recipe.js";
import { vaeRecipe } from "./vae-recipe.js";
import { writeModel } from "./write-model.js";

/** What recipes are made of. */
export interface RecipeSource {
  readonly files: FileStore;
  /** Holds a folder for each model, and the latents. */
  readonly folder: string;
  readonly runtime: Runtime;
  readonly draw: DrawScene;
  /** What the instance judge learns from. */
  readonly icons: InstanceIcons;
  /** Another architecture than the shipped one. */
  readonly configs?: ModelConfigs;
}

const noInstanceJudge =
  "no instance judge has been trained; the UNet needs none, but the export will";

/** What the judge is trained on with: wrong concepts, and pairs, whose objects are small. */
const judgeLessons = { wrongCaptions: 4, scenes: { pairShare: 0.5 } } as const;

/** Scenes of the whole world whose latents are kept; captions and noise are new each time. */
const cachedScenes = 49_152;

/**
 * The recipe of a model of the shipped size. The UNet's encodes its latents first, which takes
 * minutes once; a part's makes the state of its model one of the part.
 * @throws AtelierError `training` when a model that it needs has not been trained, or a UNet depends
 * on the model.
 */
export async function* openRecipe(
  model: ModelName | PartName,
  source: RecipeSource,
): AsyncGenerator<PreparationEvent | NoteEvent, Recipe, undefined> {
  const { draw, runtime, files } = source;
  const vocabulary = learnVocabulary(captionWords());
  const { vae, text, image, instance } = source.configs ?? modelConfigs(vocabulary);
  switch (model) {
    case "vae":
      await requireNoUNet(source, model, "vae-decoder");
      return vaeRecipe({ config: vae, draw, runtime });
    case "vae-decoder":
      return openPartRecipe(files, {
        // Crops are over when a UNet depends on the encoder.
        recipe: vaeRecipe({ config: vae, draw, runtime, cropSteps: 0 }),
        name: model,
        folder: folderOf(source, "vae"),
      });
    case "clip":
      await requireNoUNet(source, model, "judge");
      return clipRecipe({ text, image, vocabulary, draw, runtime });
    case "judge":
      return openPartRecipe(files, {
        recipe: clipRecipe({ text, image, vocabulary, draw, runtime, ...judgeLessons }),
        name: model,
        folder: folderOf(source, "clip"),
      });
    case "unet":
      return yield* openUNetRecipe(source, vocabulary);
    case "instance":
      return instanceRecipe({ config: instance, icons: source.icons, runtime });
    default:
      return model satisfies never;
  }
}

/**
 * Writes what has been trained as a diffusers folder.
 * @throws AtelierError `training` when a model is missing, or the UNet was trained on others.
 */
export async function exportTrained(source: RecipeSource, target: string): Promise<void> {
  const vocabulary = learnVocabulary(captionWords());
  const { vae, clip, fingerprint } = await openFoundations(source);
  const unet = await loadTrained(source.files, folderOf(source, "unet"), "unet");
  const instance = await loadTrained(source.files, folderOf(source, "instance"), "instance");
  if (unet.fingerprint !== fingerprint) {
    throw new AtelierError(
      "training",
      said`pretrain export: expected a UNet trained on this autoencoder and text encoder (${fingerprint}), got one trained on others (${unet.fingerprint}). Train the UNet anew, or put the older states back.`,
    );
  }
  await writeModel(source.files, target, {
    configs: await scaledConfigs(source, vocabulary, vae.weights),
    vocabulary,
    vae: vae.weights,
    clip: clip.weights,
    unet: unet.weights,
    instance: instance.weights,
    training: await recordOf(source, { vae, clip, unet, instance }),
  });
}

async function* openUNetRecipe(
  source: RecipeSource,
  vocabulary: TextVocabulary,
): AsyncGenerator<PreparationEvent | NoteEvent, Recipe, undefined> {
  const { files, folder, runtime, draw } = source;
  const instanceFolder = folderOf(source, "instance");
  const { vae, clip, fingerprint } = await openFoundations(source);
  if (!(await hasSnapshot(files, instanceFolder))) {
    yield { type: "note", text: noInstanceJudge };
  }
  const configs = await scaledConfigs(source, vocabulary, vae.weights);
  const latents = yield* openLatentCache({
    files,
    folder: files.join(folder, "latents"),
    config: configs.vae,
    weights: encoderWeightsOf(vae.weights),
    runtime,
    draw,
    scenes: trainingScenes(cachedScenes),
  });
  const preview = files.join(folderOf(source, "unet"), "preview");
  const drawSamples = async (unet: NamedWeights, step: number) => {
    // It may have been trained since.
    const others = (await hasSnapshot(files, instanceFolder))
      ? { instance: await loadTrained(files, instanceFolder, "instance") }
      : {};
    await writeModel(files, preview, {
      ...{ configs, vocabulary, vae: vae.weights, clip: clip.weights, unet },
      ...("instance" in others ? { instance: others.instance.weights } : {}),
      training: await recordOf(source, { vae, clip, unet: { step }, ...others }),
    });
    return { metrics: {}, sheet: await drawSampleSheet({ files, folder: preview, runtime, draw }) };
  };
  return unetRecipe({
    configs,
    vocabulary,
    latents,
    textWeights: textWeightsOf(clip.weights),
    fingerprint,
    drawSamples,
  });
}

/** What a UNet was trained on must not change below it. */
async function requireNoUNet(
  source: RecipeSource,
  model: ModelName,
  part: PartName,
): Promise<void> {
  const folder = folderOf(source, "unet");
  if (!(await hasSnapshot(source.files, folder))) return;
  throw new AtelierError(
    "training",
    said`pretrain ${model}: expected no UNet that depends on it, got one in ${folder}. Train the part on that it does not depend on (npm run pretrain -- ${part}), or move the UNet's folder away to train it anew later.`,
  );
}

/** The folder of a model's state, events and samples. */
export function folderOf({ files, folder }: RecipeSource, model: ModelName): string {
  return files.join(folder, model);
}

function openFoundations(source: RecipeSource): Promise<Foundations> {
  const folders = { vae: folderOf(source, "vae"), clip: folderOf(source, "clip") };
  return loadFoundations(source.files, folders);
}

async function recordOf(
  source: RecipeSource,
  models: Readonly<Partial<Record<ModelName, { readonly step: number }>>>,
): Promise<TrainingRecord> {
  const steps: Partial<Record<ModelName, number>> = {};
  const seconds: Partial<Record<ModelName, number>> = {};
  for (const model of modelNames) {
    const trained = models[model];
    if (trained === undefined) continue;
    steps[model] = trained.step;
    seconds[model] = await trainingSeconds(source.files, folderOf(source, model));
  }
  return { steps, seconds };
}

async function scaledConfigs(
  { runtime, draw, configs: given }: RecipeSource,
  vocabulary: TextVocabulary,
  weights: NamedWeights,
): Promise<ModelConfigs> {
  const configs = given ?? modelConfigs(vocabulary);
  const measured = await measureScalingFactor({ config: configs.vae, weights, runtime, draw });
  // Four digits are finer than matters, and the same on machines that round sums differently.
  const scalingFactor = Number(measured.toPrecision(4));
  return { ...configs, vae: { ...configs.vae, scalingFactor } };
}
