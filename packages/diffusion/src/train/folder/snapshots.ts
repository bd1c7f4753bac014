/**
 * @file Snapshots of a run: folders `checkpoints/step-000250` with the state of the training and of those
 * who watch it, and what it has made so far. `checkpoint.json` is written last, so that a folder without
 * it is none, and holds a digest of the state, so that a damaged one is noticed.
 */

import { AtelierError, byteView, type FileStore, type HostTensor } from "@atelier/engine";
import { z } from "zod";
import { sha256Hex } from "../../core/content-hash.js";
import { readJson } from "../../core/read-text.js";
import { openSafetensors } from "../../files/safetensors/open-safetensors.js";
import { tensorSource, writeSafetensors } from "../../files/safetensors/write-safetensors.js";
import type { KeepConfig } from "../config/train-config.js";
import type { WatchRecord } from "../watch/watching.js";
import { stepName } from "./step-name.js";

/** A training at a step, as later steps need it. */
export interface Snapshot {
  readonly step: number;
  readonly state: ReadonlyMap<string, HostTensor>;
  /** Mean loss since the snapshot before. */
  readonly loss: number;
  /** None in snapshots that were written before there were watchers. */
  readonly watch: WatchRecord | undefined;
}

/** A snapshot on disk. */
export type SavedSnapshot = Omit<Snapshot, "state"> & { readonly folder: string };

/** The newest snapshot that is whole, and those newer ones that are not. */
export interface FoundSnapshot {
  readonly found: Snapshot | undefined;
  /** Why each newer snapshot cannot be used. */
  readonly damaged: readonly string[];
}

const recordFields = {
  step: z.int().min(1),
  loss: z.number(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
};

const watchSchema: z.ZodType<WatchRecord> = z.strictObject({
  watchers: z.record(z.string(), z.json()),
  decisions: z.array(
    z.strictObject({
      step: z.int().min(1),
      watcher: z.string(),
      reason: z.string(),
      isOverruled: z.boolean(),
    }),
  ),
  returns: z
    .array(
      z.strictObject({
        step: z.int().min(1),
        watcher: z.string(),
        to: z.int().min(1),
        rateFactor: z.number(),
        fallsOver: z.number().exactOptional(),
        reason: z.string(),
        isOverruled: z.boolean(),
      }),
    )
    .exactOptional(),
  priorSince: z.int().min(1).exactOptional(),
  pending: z.array(z.string()),
});

const recordSchema = z.discriminatedUnion("version", [
  z.strictObject({ version: z.literal(1), ...recordFields }),
  z.strictObject({ version: z.literal(2), ...recordFields, watch: watchSchema }),
]);

const recordName = "checkpoint.json";
const stateName = "state.safetensors";

/** Where the snapshot of a step lies in a run's folder. */
export function snapshotFolder(files: FileStore, run: string, step: number): string {
  return files.join(run, "checkpoints", `step-${stepName(step)}`);
}

/** Writes the state and then the record, which makes the folder a snapshot. @throws AtelierError `file`. */
export async function writeSnapshot(
  files: FileStore,
  folder: string,
  { step, state, loss, watch }: Snapshot,
): Promise<void> {
  const tensors = [...state].map(([name, tensor]) => tensorSource(name, tensor));
  await writeSafetensors(files, files.join(folder, stateName), tensors);
  const record = {
    version: 2,
    step,
    // JSON has no NaN; a loss is only read to compare it.
    loss: Number.isFinite(loss) ? loss : Number.MAX_VALUE,
    digest: await digestOf(state, watch),
    watch,
  };
  const text = `${JSON.stringify(record, undefined, 2)}\n`;
  await files.write(files.join(folder, recordName), [new TextEncoder().encode(text)]);
}

/** The snapshots of a run by step, each with its record; what is none is left out. */
export async function listSnapshots(
  files: FileStore,
  run: string,
): Promise<(SavedSnapshot & { readonly digest: string })[]> {
  const root = files.join(run, "checkpoints");
  if ((await files.stat(root)) === undefined) return [];
  const saved = [];
  for (const { name } of await files.list(root)) {
    const folder = files.join(root, name);
    const path = files.join(folder, recordName);
    if ((await files.stat(path)) === undefined) continue;
    const record = recordSchema.safeParse(await readJson(files, path).catch(() => undefined));
    if (!record.success) continue;
    const { data } = record;
    saved.push({ folder, ...data, watch: data.version === 1 ? undefined : data.watch });
  }
  return saved.sort((a, b) => a.step - b.step);
}

/** Reads the newest snapshot whose state is what was written. @throws AtelierError `file`. */
export async function readNewestSnapshot(files: FileStore, run: string): Promise<FoundSnapshot> {
  const damaged: string[] = [];
  for (const saved of (await listSnapshots(files, run)).reverse()) {
    const { folder, step, loss, watch, digest } = saved;
    try {
      const state = await readState(files, files.join(folder, stateName));
      if ((await digestOf(state, watch)) === digest) {
        return { found: { step, state, loss, watch }, damaged };
      }
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

/**
 * Removes the snapshots that no rule keeps, and what was left of those that were cut off.
 * @param newest the step of the snapshot that the run goes on from; those after it are damaged, and would
 *   take its place among the latest
 */
export async function pruneSnapshots(
  files: FileStore,
  run: string,
  { keep, newest }: { readonly keep: KeepConfig; readonly newest: number },
): Promise<void> {
  const { last, best, everySteps, withinSteps } = keep;
  const root = files.join(run, "checkpoints");
  if ((await files.stat(root)) === undefined) return;
  const saved = (await listSnapshots(files, run)).filter(({ step }) => step <= newest);
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
    if (!folders.has(folder)) await removeSnapshot(files, folder);
  }
}

/** The record goes first: what is cut off then is no snapshot. */
async function removeSnapshot(files: FileStore, folder: string): Promise<void> {
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

/** A hash of all tensors, their names, types and shapes, and of the watchers' record. */
async function digestOf(
  state: ReadonlyMap<string, HostTensor>,
  watch: WatchRecord | undefined,
): Promise<string> {
  const lines = await Promise.all(
    [...state].map(
      async ([name, { dtype, shape, data }]) =>
        `${name} ${dtype} ${shape.join()} ${await sha256Hex(byteView(data))}`,
    ),
  );
  const watched = watch === undefined ? [] : [`watch ${JSON.stringify(watch)}`];
  return sha256Hex(new TextEncoder().encode([...lines.sort(), ...watched].join("\n")));
}
