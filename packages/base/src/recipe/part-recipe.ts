/**
 * @file Training a part of a model on while a UNet depends on the rest: the decoder of the
 * autoencoder, the judge beside the text encoder. The rest keeps its bits.
 */

import type { FileStore } from "@atelier/engine";
import { encoderWeightsOf, textWeightsOf } from "./foundations.js";
import { fingerprintOf } from "./latent-cache.js";
import type { ModelName } from "./models.js";
import type { NamedWeights, Recipe } from "./recipe.js";
import { loadTrained, recordText } from "./recipe-folder.js";

/** Parts that can be trained on alone, by the name that users type. */
export const partNames = ["vae-decoder", "judge"] as const;

/** A name in {@link partNames}. */
export type PartName = (typeof partNames)[number];

interface Part {
  readonly model: ModelName;
  /** What stays as it is. */
  readonly keptOf: (weights: NamedWeights) => NamedWeights;
}

const parts: Readonly<Record<PartName, Part>> = {
  "vae-decoder": { model: "vae", keptOf: encoderWeightsOf },
  judge: { model: "clip", keptOf: textWeightsOf },
};

/** The model that a part belongs to, in whose folder its training is saved. */
export function modelOf(name: ModelName | PartName): ModelName {
  return name === "vae-decoder" || name === "judge" ? parts[name].model : name;
}

/**
 * The recipe that trains a part on, from the averaged weights of its model in `folder`. The first
 * time, the training there becomes one of the part: averages stay, moments and unaveraged values go.
 * @throws AtelierError `training` when the model has not been trained.
 */
export async function openPartRecipe(
  files: FileStore,
  { recipe, name, folder }: { recipe: Recipe; name: PartName; folder: string },
): Promise<Recipe> {
  const { model, keptOf } = parts[name];
  const { weights: average, ...trained } = await loadTrained(files, folder, model);
  const kept = keptOf(average);
  const fingerprint = `${name} on ${(await fingerprintOf(kept)).slice(0, 16)}`;
  if (trained.fingerprint !== fingerprint) {
    await recordText(files, folder, { model, fingerprint, momentsSince: trained.step });
  }
  const initial = new Map([...average].filter(([key]) => !kept.has(key)));
  return { ...recipe, initial, kept, fingerprint };
}
