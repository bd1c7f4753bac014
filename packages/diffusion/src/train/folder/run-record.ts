/** @file Runs as their folders record them: what they were to do, how far they came, and what they made. */

import { type FileStore, messageOf } from "@atelier/engine";
import type { WatcherStop } from "../events/train-event.js";
import type { ResultFile } from "../result/result-file.js";
import { type EventLog, type LoggedEvent, readEvents } from "./event-log.js";
import { isRunFolder, type RecordedConfig, readRunConfig } from "./run-folder.js";

/** How a run stands. */
export type RunState =
  /** A process is at work in its folder. */
  | { readonly kind: "running" }
  /** With `stop`, before its last step. */
  | { readonly kind: "done"; readonly stop?: WatcherStop | undefined }
  /** It was asked to stop, and can be resumed. */
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly reason: string }
  /** Its process ended without a word: it was killed. It can be resumed. */
  | { readonly kind: "interrupted" }
  /** Its log cannot be read; the record's problems say why. */
  | { readonly kind: "unknown" };

/** A run on disk. */
export interface RunRecord {
  readonly folder: string;
  /** With everything that was resolved. */
  readonly config: RecordedConfig;
  readonly state: RunState;
  /** Finished steps, as far as the log tells. */
  readonly step: number;
  /** What it made, once it has ended; with snapshots, what the newest of them holds before. */
  readonly results: readonly ResultFile[];
  readonly events: readonly LoggedEvent[];
  /** What of the log could not be read, each a sentence that names the line. */
  readonly problems: readonly string[];
}

/** How runs are looked at. */
export interface OpenRunOptions {
  /**
   * Whether a living process holds a run's folder, as `isFolderLocked` of @atelier/diffusion/node tells; by
   * default nobody is believed to.
   */
  readonly isLocked?: (folder: string) => Promise<boolean>;
}

/**
 * Reads what a run's folder records.
 * @throws AtelierError `training` where there is no run, `config` for a config of another version, `file`.
 */
export async function openRun(
  files: FileStore,
  folder: string,
  { isLocked = async () => false }: OpenRunOptions = {},
): Promise<RunRecord> {
  const config = await readRunConfig(files, folder);
  const log = await readEvents(files, folder);
  const state: RunState = (await isLocked(folder)) ? { kind: "running" } : stateOf(log);
  return { folder, config, state, ...progressOf(log.events), ...log };
}

/** Runs in a folder, by name, and why others there cannot be read. */
export interface RunList {
  readonly runs: readonly RunRecord[];
  readonly unreadable: readonly { readonly folder: string; readonly message: string }[];
}

/** Reads all runs whose folders lie in a folder, such as `runs`. @throws AtelierError `file`. */
export async function listRuns(
  files: FileStore,
  folder: string,
  options: OpenRunOptions = {},
): Promise<RunList> {
  const runs: RunRecord[] = [];
  const unreadable: { folder: string; message: string }[] = [];
  for (const { name, kind } of await files.list(folder)) {
    const path = files.join(folder, name);
    if (kind !== "folder" || !(await isRunFolder(files, path))) continue;
    try {
      runs.push(await openRun(files, path, options));
    } catch (error) {
      unreadable.push({ folder: path, message: messageOf(error) });
    }
  }
  return { runs, unreadable };
}

/** A process says last how it ends. */
function stateOf({ events, problems }: EventLog): RunState {
  const last = events.at(-1);
  switch (last?.type) {
    case "done":
      return last.stop === undefined ? { kind: "done" } : { kind: "done", stop: last.stop };
    case "stopped":
      return { kind: "stopped" };
    case "error":
      return { kind: "failed", reason: last.message };
    default:
      return { kind: last === undefined && problems.length > 0 ? "unknown" : "interrupted" };
  }
}

function progressOf(events: readonly LoggedEvent[]): Pick<RunRecord, "step" | "results"> {
  let step = 0;
  let results: readonly ResultFile[] = [];
  for (const event of events) {
    // Looks and samples are of steps that were told of, or of the start.
    if ("step" in event && event.type !== "look" && event.type !== "sample") step = event.step;
    if ("results" in event) results = event.results;
  }
  return { step, results };
}
