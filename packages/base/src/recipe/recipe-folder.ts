/**
 * @file The folder of a pre-training: `recipe.json` says what is trained there, snapshots how far. The
 * averages in a snapshot are those of the whole model, with what a part's training left as it was.
 */

import { readJson } from "@atelier/diffusion/core";
import {
  createWatching,
  listSnapshots,
  pruneSnapshots,
  readNewestSnapshot,
  type Snapshot,
  snapshotFolder,
  writeSnapshot,
} from "@atelier/diffusion/train";
import {
  AtelierError,
  type FileStore,
  type FloatTensor,
  type HostTensor,
  said,
  stateNames,
} from "@atelier/engine";
import type { ModelName } from "./models.js";
import type { NamedWeights } from "./recipe.js";

/** What is trained in a folder. */
export interface RecipeRecord {
  readonly model: ModelName;
  /** What else the result depends on. */
  readonly fingerprint: string;
  /**
   * Finished steps when the optimizer had no moments yet: 0, or those of an import. A snapshot of that
   * step is read for its averages alone.
   */
  readonly momentsSince: number;
}

/** A training so far. */
export interface SavedTraining extends RecipeRecord, Snapshot {
  /** Averaged weights of the model. */
  readonly weights: NamedWeights;
  /** Why newer snapshots cannot be used. */
  readonly damaged: readonly string[];
}

const recordName = "recipe.json";

/** Says what is trained in a folder. @throws AtelierError `file`. */
export async function recordText(
  files: FileStore,
  folder: string,
  { model, fingerprint, momentsSince }: RecipeRecord,
): Promise<void> {
  const text = `${JSON.stringify({ model, fingerprint, momentsSince }, undefined, 2)}\n`;
  await files.write(files.join(folder, recordName), [new TextEncoder().encode(text)]);
}

/** Writes a snapshot, which takes the place of the one before; returns its folder. @throws AtelierError `file`. */
export async function saveSnapshot(
  files: FileStore,
  folder: string,
  snapshot: Omit<Snapshot, "loss">,
): Promise<string> {
  const to = snapshotFolder(files, folder, snapshot.step);
  // None is kept for its loss.
  await writeSnapshot(files, to, { ...snapshot, loss: Number.NaN });
  const keep = { last: 1, best: 0, everySteps: 0, withinSteps: 0 };
  await pruneSnapshots(files, folder, { keep, newest: snapshot.step });
  return to;
}

/** Makes a training that goes on from averaged weights without moments. @throws AtelierError `file`. */
export async function saveAverages(
  files: FileStore,
  folder: string,
  trained: TrainedModel & Pick<RecipeRecord, "model">,
): Promise<void> {
  const { step, weights } = trained;
  await recordText(files, folder, { ...trained, momentsSince: step });
  const watch = createWatching([], { record: undefined }).record();
  await saveSnapshot(files, folder, { step, state: averageState(weights), watch });
}

/** Averages as a part of a state. */
export function averageState(average: NamedWeights): ReadonlyMap<string, FloatTensor> {
  return new Map([...average].map(([name, tensor]) => [stateNames.average(name), tensor]));
}

/** Whether a folder has a snapshot. @throws AtelierError `format` for a state of an earlier version. */
export async function hasSnapshot(files: FileStore, folder: string): Promise<boolean> {
  if ((await listSnapshots(files, folder)).length > 0) return true;
  const older = files.join(folder, "state.safetensors");
  if ((await files.stat(older)) === undefined) return false;
  throw new AtelierError(
    "format",
    said`${older}: expected snapshots, got the state of an earlier version. Export it with the version that wrote it (npm run pretrain -- export), move the folder away, and import the export.`,
  );
}

/**
 * The newest snapshot in a folder that is whole; `undefined` where there is none.
 * @throws AtelierError `format` where it is of another model or an earlier version, or all are damaged.
 */
export async function loadTraining(
  files: FileStore,
  folder: string,
  model: ModelName,
): Promise<SavedTraining | undefined> {
  if (!(await hasSnapshot(files, folder))) return undefined;
  const record = await readRecord(files, folder, model);
  const { found: snapshot, damaged } = await readNewestSnapshot(files, folder);
  if (snapshot === undefined) {
    throw new AtelierError(
      "format",
      said`${folder}: expected a snapshot that is whole, got ${damaged.join("; ")}. Restore it, or move the folder away to begin anew.`,
    );
  }
  return { ...record, ...snapshot, weights: averagesOf(snapshot.state), damaged };
}

function averagesOf(state: ReadonlyMap<string, HostTensor>): NamedWeights {
  const prefix = stateNames.average("");
  const average = new Map<string, FloatTensor>();
  for (const [name, tensor] of state) {
    if (!name.startsWith(prefix) || tensor.dtype !== "float32") continue;
    average.set(name.slice(prefix.length), tensor);
  }
  return average;
}

async function readRecord(
  files: FileStore,
  folder: string,
  model: ModelName,
): Promise<RecipeRecord> {
  const path = files.join(folder, recordName);
  // The file holds what `recordText` wrote.
  const record = (await readJson(files, path)) as RecipeRecord;
  if (record.model === model) return record;
  throw new AtelierError(
    "format",
    said`${path}: expected a pre-training of ${model}, got one of ${record.model}. Move the folder away to begin anew.`,
  );
}

/** Averaged weights of a model and the steps that they were trained for. */
export type TrainedModel = Pick<SavedTraining, "step" | "fingerprint" | "weights">;

/** The result of a pre-training so far. @throws AtelierError `training` when there is none. */
export async function loadTrained(
  files: FileStore,
  folder: string,
  model: ModelName,
): Promise<TrainedModel> {
  const saved = await loadTraining(files, folder, model);
  // Not the rest: the moments are twice as large.
  if (saved !== undefined) {
    return { step: saved.step, fingerprint: saved.fingerprint, weights: saved.weights };
  }
  throw new AtelierError(
    "training",
    said`pretrain: expected a trained ${model} in ${folder}, got none. Run \`npm run pretrain -- ${model}\` first.`,
  );
}
