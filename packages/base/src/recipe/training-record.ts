/**
 * @file training.json of an exported folder: how far and how long each of its models was trained.
 * With it a training goes on from what is shipped.
 */

import { readJson } from "@atelier/diffusion/core";
import { AtelierError, type FileStore, said } from "@atelier/engine";
import { type ModelName, modelNames } from "./models.js";

/** Lies beside model_index.json. */
export const trainingRecordName = "training.json";

/** A number for each model that a folder holds. */
export type ModelNumbers = Readonly<Partial<Record<ModelName, number>>>;

/** How the models of a folder came about. */
export interface TrainingRecord {
  /** Finished steps. */
  readonly steps: ModelNumbers;
  /** What the steps took, as far as their events tell. */
  readonly seconds: ModelNumbers;
}

/**
 * Reads the record of a folder.
 * @throws AtelierError `file` when the folder has none, `format` when it is something else.
 */
export async function readTrainingRecord(
  files: FileStore,
  folder: string,
): Promise<TrainingRecord> {
  const path = files.join(folder, trainingRecordName);
  const value = await readJson(files, path);
  const isObject = typeof value === "object" && value !== null;
  const content = new Map<string, unknown>(isObject ? Object.entries(value) : []);
  const [steps, seconds] = [content.get("steps"), content.get("seconds")].map(numbersOf);
  if (steps !== undefined && Object.keys(steps).length > 0)
    return { steps, seconds: seconds ?? {} };
  throw new AtelierError(
    "format",
    said`${path}: expected {"steps": {…}, "seconds": {…}} with whole numbers for ${modelNames.join(", ")}, got something else. Take the folder as it was exported.`,
  );
}

/** `undefined` unless the value holds whole numbers by names of models. */
function numbersOf(value: unknown): ModelNumbers | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const numbers: Partial<Record<ModelName, number>> = {};
  for (const [key, number] of Object.entries(value)) {
    const model = modelNames.find((name) => name === key);
    if (model === undefined || !isCount(number)) return undefined;
    numbers[model] = number;
  }
  return numbers;
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
