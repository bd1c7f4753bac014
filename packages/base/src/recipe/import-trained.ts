/**
 * @file States of pre-trainings made from an exported folder, so that training goes on from what is
 * shipped: values and averages are the exported ones, the optimizer begins without moments.
 */

import { openSafetensors } from "@atelier/diffusion/files";
import { AtelierError, type FileStore, type FloatTensor, said } from "@atelier/engine";
import { verifyChecksums } from "../embedded/checksums.js";
import { foundationsFingerprint } from "./foundations.js";
import { type ModelName, modelNames } from "./models.js";
import type { NamedWeights } from "./recipe.js";
import { hasSnapshot, saveAverages } from "./recipe-folder.js";
import { readTrainingRecord, type TrainingRecord } from "./training-record.js";
import { appendEvent } from "./training-seconds.js";
import { weightFiles } from "./write-model.js";

/** From where to where. */
export interface ImportOptions {
  /** An exported folder. */
  readonly from: string;
  /** The folder of a model's state. */
  readonly folderOf: (model: ModelName) => string;
}

/**
 * Makes the states of all models of an exported folder and returns their record.
 * @throws AtelierError `training` where a state exists, before anything is written; `file` for a
 *   damaged or incomplete folder.
 */
export async function importTrained(
  files: FileStore,
  { from, folderOf }: ImportOptions,
): Promise<TrainingRecord> {
  await verifyChecksums(files, from);
  const record = await readTrainingRecord(files, from);
  await requireNoStates(files, modelNames.map(folderOf));
  const read = async (model: ModelName): Promise<NamedWeights> => {
    const paths = weightFiles[model].map((path) => files.join(from, ...path));
    return new Map((await Promise.all(paths.map((path) => readWeights(files, path)))).flat());
  };
  const foundations = await foundationsFingerprint(await read("vae"), await read("clip"));
  for (const model of modelNames) {
    const step = record.steps[model];
    if (step === undefined) continue;
    await saveAverages(files, folderOf(model), {
      model,
      step,
      fingerprint: model === "unet" ? foundations : "",
      weights: await read(model),
    });
    const seconds = record.seconds[model] ?? 0;
    await appendEvent(files, folderOf(model), { type: "imported", step, seconds });
  }
  return record;
}

async function requireNoStates(files: FileStore, folders: readonly string[]): Promise<void> {
  const taken: string[] = [];
  for (const folder of folders) {
    if (await hasSnapshot(files, folder)) taken.push(folder);
  }
  if (taken.length === 0) return;
  throw new AtelierError(
    "training",
    said`pretrain import: expected no earlier training, got one in ${taken.join(", ")}. Move it away, or name another --folder.`,
  );
}

async function readWeights(
  files: FileStore,
  path: string,
): Promise<(readonly [string, FloatTensor])[]> {
  const file = await openSafetensors(files, path);
  try {
    const names = [...file.entries.keys()];
    return await Promise.all(
      names.map(async (name) => [name, await file.readFloat32(name)] as const),
    );
  } finally {
    await file.close();
  }
}
