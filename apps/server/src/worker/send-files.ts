/**
 * @file What a job saves and makes goes to the storage while it works: a run with each snapshot, pictures as they are
 * drawn.
 */

import { join, relative, sep } from "node:path";
import { internalError } from "@atelier/engine";
import type { Drawn, Findings } from "../jobs/commands/command.js";
import type { JobContext } from "../jobs/context.js";
import { handOver, tellSaved } from "../jobs/stored-files.js";
import type { BlobHash } from "../storage/artifact-store.js";
import { putManifest } from "../storage/manifest.js";
import { pushFiles } from "../storage/push-files.js";
import type { Beginning } from "./attempt-files.js";
import { type Exchange, outputsTop, runTop } from "./exchange.js";
import { patiently } from "./patiently.js";
import { type MadeNote, type SavedNote, withPaths } from "./sent-note.js";

/** Sends the files of one attempt. */
export interface Sender {
  /** Something is new; what is being sent is sent first. */
  readonly save: () => void;
  /** A picture is new. */
  readonly add: (picture: Drawn) => void;
  /** Resolves when all is sent. @throws AtelierError where it cannot be */
  readonly saved: () => Promise<void>;
  /** Sends all, and what it has come to. The job is the Studio's then. */
  readonly finish: (findings: Findings) => Promise<void>;
}

/** A sender for an attempt that has begun. */
export function createSender(
  context: JobContext,
  { library, copies, ...deps }: Exchange,
  { claim, outputs, left: signal }: Beginning,
): Sender {
  const { run } = claim;
  const pictures: Drawn[] = [];
  const sent = new Set<BlobHash>();
  const runFolder = run === undefined ? undefined : join(library.folderOf("runs"), run);
  const send = async (withOutputs: boolean, note: SavedNote | MadeNote): Promise<BlobHash> => {
    const tops = new Map<string, string>();
    if (run !== undefined && runFolder !== undefined) tops.set(runTop(run), runFolder);
    if (withOutputs) tops.set(outputsTop, outputs);
    const { root } = library;
    const manifest = await pushFiles({ ...deps, sent }, { root, tops, signal });
    return putManifest(deps.store, { ...manifest, note });
  };
  const calledSo = (path: string): string => {
    const below = (folder: string): string | undefined => {
      const names = relative(folder, path).split(sep);
      return names[0] === ".." || names[0] === "" ? undefined : names.join("/");
    };
    const own = below(outputs);
    if (own !== undefined) return `${outputsTop}/${own}`;
    const ofRun = runFolder === undefined ? undefined : below(runFolder);
    if (run !== undefined && ofRun !== undefined) return `${runTop(run)}/${ofRun}`;
    throw internalError(`expected ${path} to be a result in ${outputs}.`);
  };
  const sendSaved = async (): Promise<void> => {
    if (run === undefined && pictures.length === 0) return;
    const called = pictures.map((picture) => ({ ...picture, path: calledSo(picture.path) }));
    const saved = await send(called.length > 0, { pictures: called });
    // Should this process end here, the folder counts as older than it is, and is fetched once more.
    if (run !== undefined) await copies.tell(run, saved);
    await tellSaved(context, claim, saved);
  };
  const { save, saved, settled } = oneByOne(sendSaved);
  return {
    save,
    saved,
    add(picture) {
      pictures.push(picture);
      save();
    },
    async finish(findings) {
      await settled();
      const note = withPaths(findings, calledSo);
      const made = await patiently(signal, () => send(true, note));
      await handOver(context, claim, made);
      // It comes back from the library where it is needed again.
      if (run !== undefined) await copies.drop(run);
    },
  };
}

/** Work that is asked for while it is done is done once more, not twice. */
function oneByOne(
  work: () => Promise<void>,
): Pick<Sender, "save" | "saved"> & { readonly settled: () => Promise<void> } {
  let isWanted = false;
  let working: Promise<void> | undefined;
  const loop = async (): Promise<void> => {
    while (isWanted) {
      isWanted = false;
      // A storage that is away now gets it with the next snapshot, or at the end.
      await work().catch(() => undefined);
    }
    working = undefined;
  };
  return {
    save() {
      isWanted = true;
      working ??= loop();
    },
    async saved() {
      await working;
      await work();
    },
    async settled() {
      await working;
    },
  };
}
