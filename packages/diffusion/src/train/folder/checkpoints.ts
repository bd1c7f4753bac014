/**
 * @file Checkpoints of a run: folders `checkpoints/step-000250` with the state of the training and what
 * it has made so far. `checkpoint.json` is written last, so that a folder without it is none, and holds
 * a digest of the state, so that a damaged one is noticed.
 */

import { AtelierError, byteView, type FileStore, type HostTensor } from "@atelier/engine";
import { z } from "zod";
import { sha256Hex } from "../../core/content-hash.js";
import { readJson } from "../../core/read-text.js";
import { openSafetensors } from "../../files/safetensors/open-safetensors.js";
import { tensorSource, writeSafetensors } from "../../files/safetensors/write-safetensors.js";
import type { KeepConfig } from "../config/train-config.js";
import { stepName } from "../watch/draw-samples.js";

/** A training at a step, as later steps need it. */
export interface CheckpointState {
  readonly step: number;
  readonly state: ReadonlyMap<string, HostTensor>;
}

/** A checkpoint on disk. */
export interface SavedCheckpoint {
  readonly folder: string;
  readonly step: number;
  /** Mean loss since the checkpoint before. */
  readonly loss: number;
}

/** The newest checkpoint that is whole, and those newer ones that are not. */
export interface FoundCheckpoint {
  readonly found: CheckpointState | undefined;
  /** Why each newer checkpoint cannot be used. */
  readonly damaged: readonly string[];
}

const recordSchema = z.strictObject({
  version: z.literal(1),
  step: z.int().min(1),
  loss: z.number(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});

const recordName = "checkpoint.json";
const stateName = "state.safetensors";

/** Where the checkpoint of a step lies in a run's folder. */
export function checkpointFolder(files: FileStore, run: string, step: number): string {
  return files.join(run, "checkpoints", `step-${stepName(step)}`);
}

/** Writes the state and then the record, which makes the folder a checkpoint. @throws AtelierError `file`. */
export async function writeCheckpoint(
  files: FileStore,
  folder: string,
  { step, state, loss }: CheckpointState & { readonly loss: number },
): Promise<void> {
  const tensors = [...state].map(([name, tensor]) => tensorSource(name, tensor));
  await writeSafetensors(files, files.join(folder, stateName), tensors);
  // JSON has no NaN; a loss is only read to compare it.
  const digest = await digestOf(state);
  const record = {
    version: 1,
    step,
    loss: Number.isFinite(loss) ? loss : Number.MAX_VALUE,
    digest,
  };
  const text = `${JSON.stringify(record, undefined, 2)}\n`;
  await files.write(files.join(folder, recordName), [new TextEncoder().encode(text)]);
}

/** The checkpoints of a run by step, each with its record; what is none is left out. */
export async function listCheckpoints(
  files: FileStore,
  run: string,
): Promise<(SavedCheckpoint & { readonly digest: string })[]> {
  const root = files.join(run, "checkpoints");
  if ((await files.stat(root)) === undefined) return [];
  const saved = [];
  for (const { name } of await files.list(root)) {
    const folder = files.join(root, name);
    const path = files.join(folder, recordName);
    if ((await files.stat(path)) === undefined) continue;
    const record = recordSchema.safeParse(await readJson(files, path).catch(() => undefined));
    if (record.success) saved.push({ folder, ...record.data });
  }
  return saved.sort((a, b) => a.step - b.step);
}

/** Reads the newest checkpoint whose state is what was written. @throws AtelierError `file`. */
export async function readNewestCheckpoint(
  files: FileStore,
  run: string,
): Promise<FoundCheckpoint> {
  const damaged: string[] = [];
  for (const { folder, step, digest } of (await listCheckpoints(files, run)).reverse()) {
    try {
      const state = await readState(files, files.join(folder, stateName));
      if ((await digestOf(state)) === digest) return { found: { step, state }, damaged };
      damaged.push(`${folder}: the state is not the one that was saved`);
    } catch (error) {
      if (!(error instanceof AtelierError)) throw error;
      damaged.push(error.message);
    }
  }
  return { found: undefined, damaged };
}

async function readState(files: FileStore, path: string): Promise<ReadonlyMap<string, HostTensor>> {
  const file = await openSafetensors(files, path);
  try {
    const state = new Map<string, HostTensor>();
    for (const name of file.entries.keys()) state.set(name, await file.read(name));
    return state;
  } finally {
    await file.close();
  }
}

/** Removes the checkpoints that no rule keeps, and what was left of those that were cut off. */
export async function pruneCheckpoints(
  files: FileStore,
  run: string,
  { last, best, everySteps, withinSteps }: KeepConfig,
): Promise<void> {
  const root = files.join(run, "checkpoints");
  if ((await files.stat(root)) === undefined) return;
  const saved = await listCheckpoints(files, run);
  const newest = saved.at(-1)?.step ?? 0;
  const byLoss = [...saved].sort((a, b) => a.loss - b.loss || b.step - a.step);
  const kept = new Set([
    ...saved.slice(-last),
    ...byLoss.slice(0, best),
    ...saved.filter(({ step }) => everySteps > 0 && step % everySteps === 0),
    ...saved.filter(({ step }) => step >= newest - withinSteps),
  ]);
  const folders = new Set([...kept].map(({ folder }) => folder));
  for (const { name } of await files.list(root)) {
    const folder = files.join(root, name);
    if (!folders.has(folder)) await removeCheckpoint(files, folder);
  }
}

/** The record goes first: what is cut off then is no checkpoint. */
async function removeCheckpoint(files: FileStore, folder: string): Promise<void> {
  await files.remove(files.join(folder, recordName));
  await removeTree(files, folder);
}

async function removeTree(files: FileStore, path: string): Promise<void> {
  const entry = await files.stat(path);
  if (entry?.kind === "folder") {
    for (const { name } of await files.list(path)) await removeTree(files, files.join(path, name));
  }
  await files.remove(path);
}

/** A hash of all tensors, their names, types and shapes. */
async function digestOf(state: ReadonlyMap<string, HostTensor>): Promise<string> {
  const lines = await Promise.all(
    [...state].map(
      async ([name, { dtype, shape, data }]) =>
        `${name} ${dtype} ${shape.join()} ${await sha256Hex(byteView(data))}`,
    ),
  );
  return sha256Hex(new TextEncoder().encode(lines.sort().join("\n")));
}
