/** @file Whether a run that has begun is still open: may go on, or may be finished. */

import { AtelierError, said } from "@atelier/engine";
import { byRequest } from "../core/by-request.js";
import { option } from "../core/option-words.js";
import { quoteArgument } from "../core/quote-argument.js";
import { openRun } from "./folder/run-record.js";
import { listSnapshots } from "./folder/snapshots.js";
import { pathsOf } from "./result/result-file.js";
import type { ResumeOptions, TrainDeps } from "./run.js";

/**
 * @throws AtelierError `training` for a run that was ended before its last step, unless that is overruled; and
 *   where it is to be finished, for one that is done or has saved nothing yet.
 */
export async function requireOpen(
  folder: string,
  { files }: Pick<TrainDeps, "files">,
  { pastStop = false, finish = false }: ResumeOptions,
): Promise<void> {
  const { state, step, results } = await openRun(files, folder);
  if (state.kind !== "done") {
    // Known before anything is prepared, as far as no snapshot is damaged.
    if (finish && (await listSnapshots(files, folder)).length === 0) throw nothingSaved(folder);
    return;
  }
  const made = pathsOf(results).join(", ");
  const context = { folder, step, ...state.stop };
  if (finish) {
    throw new AtelierError(
      "training",
      said`resume ${folder}: expected a run that is not done, got one that ended at step ${step}. Its result is ${made}.`,
      { context },
    );
  }
  if (state.stop === undefined || pastStop) return;
  const { watcher, reason } = state.stop;
  const onwards = option("pastStop", true);
  throw new AtelierError(
    "training",
    watcher === byRequest
      ? said`resume ${folder}: expected a run that is not done, got one that was finished by request at step ${step}. Its result is ${made}. To train on all the same, resume it with ${onwards}.`
      : said`resume ${folder}: expected a run that is not done, got one that ${watcher} ended at step ${step}: ${reason} Its result is ${made}. To train on all the same, resume it with ${onwards}, which heeds ${watcher} no more.`,
    { context },
  );
}

/** The error of a run that is to be finished and has nothing to finish with. */
export function nothingSaved(folder: string): AtelierError {
  return new AtelierError(
    "training",
    said`resume ${folder}: expected a snapshot to finish the run with, got none. Train on first: atelier resume ${quoteArgument(folder)}`,
    { context: { folder } },
  );
}
