/**
 * @file training.json of an exported folder: how far each of its models was trained. With it a
 * training goes on from what is shipped.
 */

import { readJson } from "@atelier/diffusion";
import { AtelierError, type FileStore } from "@atelier/engine";
import { type ModelName, modelNames } from "./models.js";

/** Lies beside model_index.json. */
export const trainingRecordName = "training.json";

/** Finished steps of the models that a folder holds. */
export type TrainedSteps = Readonly<Partial<Record<ModelName, number | undefined>>>;

/**
 * Reads the steps of a folder's models.
 * @throws AtelierError `file` when the folder has no record, `format` when it is something else.
 */
export async function readTrainedSteps(files: FileStore, folder: string): Promise<TrainedSteps> {
  const path = files.join(folder, trainingRecordName);
  const entries = Object.entries(stepsOf(await readJson(files, path)));
  const steps: Partial<Record<ModelName, number>> = {};
  for (const [key, value] of entries) {
    const model = modelNames.find((name) => name === key);
    if (model !== undefined && typeof value === "number") steps[model] = value;
  }
  const isWhole = Object.values(steps).every((step) => Number.isSafeInteger(step) && step >= 0);
  if (entries.length > 0 && entries.length === Object.keys(steps).length && isWhole) return steps;
  throw new AtelierError(
    "format",
    `${path}: expected {"steps": {…}} with whole numbers for ${modelNames.join(", ")}, got something else. Take the folder as it was exported.`,
  );
}

function stepsOf(value: unknown): object {
  if (typeof value !== "object" || value === null || !("steps" in value)) return {};
  return typeof value.steps === "object" && value.steps !== null ? value.steps : {};
}
