/**
 * @file The state of a pre-training on disk: one safetensors file with weights, optimizer state and
 * average, replaced in one step, so that a run can be killed at any moment.
 */

import { openSafetensors, tensorSource, writeSafetensors } from "@atelier/diffusion/files";
import { AtelierError, type FileStore, type FloatTensor, type HostTensor } from "@atelier/engine";
import type { ModelName } from "./models.js";
import type { NamedWeights } from "./recipe.js";

/** Everything that the next steps depend on. */
export interface SavedState {
  readonly model: ModelName;
  /** Finished steps. */
  readonly step: number;
  /** Finished steps when the optimizer had no moments yet: 0, or those of an import. */
  readonly momentsSince: number;
  readonly fingerprint: string;
  /** What the stepper holds; empty after an import, when the values are those of the average. */
  readonly state: ReadonlyMap<string, HostTensor>;
  readonly average: NamedWeights;
}

const fileName = "state.safetensors";
const averagePrefix = "average:";

/** Writes the state of a run into its folder and returns the file's path. */
export async function saveState(
  files: FileStore,
  folder: string,
  { model, step, momentsSince, fingerprint, state, average }: SavedState,
): Promise<string> {
  const path = files.join(folder, fileName);
  const tensors = [
    ...[...state].map(([name, tensor]) => tensorSource(name, tensor)),
    ...[...average].map(([name, tensor]) => tensorSource(averagePrefix + name, tensor)),
  ];
  const metadata = new Map([
    ["model", model],
    ["step", String(step)],
    ["moments_since", String(momentsSince)],
    ["fingerprint", fingerprint],
  ]);
  await writeSafetensors(files, path, tensors, { metadata });
  return path;
}

/** Whether a run's folder has a state. */
export async function hasState(files: FileStore, folder: string): Promise<boolean> {
  return (await files.stat(files.join(folder, fileName))) !== undefined;
}

/**
 * The state in a run's folder; `undefined` where there is none.
 * @throws AtelierError `format` when the file is damaged or of another model.
 */
export async function loadState(
  files: FileStore,
  folder: string,
  model: ModelName,
): Promise<SavedState | undefined> {
  if (!(await hasState(files, folder))) return undefined;
  const path = files.join(folder, fileName);
  const file = await openSafetensors(files, path);
  try {
    const step = Number(file.metadata.get("step") ?? Number.NaN);
    const stored = file.metadata.get("model");
    if (stored !== model || !Number.isSafeInteger(step)) {
      throw new AtelierError(
        "format",
        `${path}: expected the state of a pre-training of ${model}, got ${stored ?? "another file"}. Move it away to begin anew.`,
      );
    }
    const state = new Map<string, FloatTensor>();
    const average = new Map<string, FloatTensor>();
    for (const name of file.entries.keys()) {
      const tensor = await file.readFloat32(name);
      if (name.startsWith(averagePrefix)) average.set(name.slice(averagePrefix.length), tensor);
      else state.set(name, tensor);
    }
    const fingerprint = file.metadata.get("fingerprint") ?? "";
    const momentsSince = Number(file.metadata.get("moments_since") ?? 0);
    return { model, step, momentsSince, fingerprint, state, average };
  } finally {
    await file.close();
  }
}

/** Averaged weights of a model and the steps that they were trained for. */
export interface TrainedModel {
  readonly step: number;
  readonly fingerprint: string;
  readonly weights: NamedWeights;
}

/** The result of a pre-training so far. @throws AtelierError `training` when there is none. */
export async function loadTrained(
  files: FileStore,
  folder: string,
  model: ModelName,
): Promise<TrainedModel> {
  const saved = await loadState(files, folder, model);
  if (saved !== undefined) {
    return { step: saved.step, fingerprint: saved.fingerprint, weights: saved.average };
  }
  throw new AtelierError(
    "training",
    `pretrain: expected a trained ${model} in ${folder}, got none. Run \`npm run pretrain -- ${model}\` first.`,
  );
}
