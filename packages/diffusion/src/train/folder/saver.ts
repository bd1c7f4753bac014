/** @file What a run leaves on the disk: its result, and the snapshots that it can go on from. */

import { AtelierError, said } from "@atelier/engine";
import { pathsOf, type ResultFile } from "../result/result-file.js";
import { saveResult } from "../result/save-result.js";
import { thumbnailOf } from "../result/thumbnail.js";
import type { Run } from "../run.js";
import type { Watched } from "../watch/training-view.js";
import type { Watching } from "../watch/watching.js";
import type { KeptValues } from "./kept-values.js";
import { pruneSnapshots, type Snapshot, snapshotFolder, writeSnapshot } from "./snapshots.js";

/** Writes what a run has made so far. */
export interface Saver {
  /** Tells of a step's loss. */
  add(loss: number): void;
  /** Saves the state with the result so far, and returns the result. */
  snapshot(): Promise<ResultFile[]>;
  /** Saves the result alone, into the run's folder: that of the last step, or of the best. */
  result(best?: KeptValues): Promise<ResultFile[]>;
  /** Saves what the last step made beside it, into `last`. */
  last(): Promise<ResultFile[]>;
}

/** What there is to save. */
export interface Saved extends Watched {
  readonly watching: Watching;
  /** What the run went on from. */
  readonly found: Snapshot | undefined;
}

interface SaveOptions {
  readonly thumbnail?: string | undefined;
  /** Instead of the last step's. */
  readonly best?: KeptValues | undefined;
}

/** A saver into the folder of a run. */
export function createSaver(
  { plan, folder, deps }: Run,
  { base, resultOf, loop, watching, found }: Saved,
): Saver {
  const { files, tokenizerFolder } = deps;
  const { config, pictures, process } = plan;
  const captions = pictures.map(({ caption }) => caption);
  const { predictionType } = process;
  const context = { files, config, pipeline: base, predictionType, captions, tokenizerFolder };
  const save = async (to: string, { thumbnail, best }: SaveOptions = {}) => {
    const { step, values } = best ?? { step: loop.step, values: await loop.values() };
    return saveResult({ ...context, thumbnail }, { folder: to, step, result: resultOf(values) });
  };
  let losses: number[] = [];
  // A snapshot that is written again, with no step between, keeps the loss that it had.
  let latest = found?.loss ?? Number.NaN;
  return {
    add: (loss) => losses.push(loss),
    async result(best) {
      const { path } = folder;
      const { step } = best ?? loop;
      // A sample that was changed since costs the result its picture, never the result.
      const thumbnail = await thumbnailOf(deps, { folder: path, step }).catch(() => undefined);
      return save(path, { thumbnail, best });
    },
    last: () => save(files.join(folder.path, "last")),
    async snapshot() {
      const { step } = loop;
      const to = snapshotFolder(files, folder.path, step);
      const results = await save(to);
      if (losses.length > 0) {
        latest = losses.reduce((sum, value) => sum + value, 0) / losses.length;
      }
      const state = await loop.state();
      const snapshot = { step, state, loss: latest, watch: watching.record() };
      await writeSnapshot(files, to, snapshot);
      await pruneSnapshots(files, folder.path, { keep: config.keep, newest: step });
      losses = [];
      return results;
    },
  };
}

/** The error of a run, which says where the result is: of the best step of a watched run, else of the last good one. */
export async function withSaved(
  error: AtelierError,
  saver: Saver,
  { step, best }: { readonly step: number; readonly best: KeptValues | undefined },
): Promise<AtelierError> {
  // Where saving fails as well (a full disk), the first error says why; snapshots are still there.
  await saver.snapshot().catch(() => {});
  const saved = await saver.result(best).catch(() => undefined);
  if (saved === undefined) return error;
  const paths = pathsOf(saved).join(", ");
  return new AtelierError(
    error.code,
    best === undefined
      ? said`${error.sentence} The result of step ${step}, the last good one, is saved: ${paths}.`
      : said`${error.sentence} The result of step ${best.step}, the best so far, is saved: ${paths}.`,
    { cause: error, context: { ...error.context, lastGoodStep: step, saved } },
  );
}
