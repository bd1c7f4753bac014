/**
 * @file Finds the settings of a training by measurement: probes, each an ordinary watched training, until it is known
 * which rate and what else is best, and the final training with it. Whoever reads the events sees everything; a tune
 * that was killed goes on from its folder and decides the same.
 */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { quoteArgument } from "../core/quote-argument.js";
import { pruneKeptValues } from "../train/folder/kept-values.js";
import type { RunFolderDeps } from "../train/folder/run-folder.js";
import { openRun } from "../train/folder/run-record.js";
import { pruneSnapshots } from "../train/folder/snapshots.js";
import { secondsOf } from "./budget.js";
import { type Standing, standingOf, type Upcoming } from "./next-probe.js";
import type { ProbePlan, ProbeRecord } from "./probe.js";
import { chosenConfig, looksOfProbe } from "./probe-config.js";
import { runProbe, type Trainer } from "./run-probe.js";
import { requireSameInputs } from "./same-inputs.js";
import type { TuneSettings } from "./settings.js";
import { requireTunable } from "./tunable.js";
import type { TuneEvent } from "./tune-event.js";
import { isTuneFolder, readTuneRecord, writeTuneRecord } from "./tune-record.js";

/** What a tune needs of the platform. */
export interface TuneDeps extends Pick<RunFolderDeps, "files" | "lockFolder" | "now"> {
  readonly train: Trainer;
}

/** What is tuned, and in which folder; without settings, a tune in that folder goes on. */
export interface TuneOptions {
  readonly folder: string;
  readonly settings?: TuneSettings | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Name of the chosen settings in a tune's folder. */
const chosenName = "chosen.json";

/**
 * Tunes. The stream ends with `done`, or with `stopped` when the signal asked for it.
 * @throws AtelierError `config` for settings that cannot be tuned; `training` for a folder that holds a tune already, or
 *   none to go on with, or is in use, and where pictures or base have changed since it began; what a training throws.
 */
export async function* tune(
  deps: TuneDeps,
  { folder, settings: given, signal }: TuneOptions,
): AsyncGenerator<TuneEvent, void, undefined> {
  const { files, now } = deps;
  const begun = now();
  if (given !== undefined) {
    requireTunable(given);
    await requireNew(files, folder);
  }
  await using _lock = await deps.lockFolder(folder);
  const before = given === undefined ? await readTuneRecord(files, folder) : undefined;
  const settings = before?.settings ?? given;
  if (settings === undefined) return;
  let probes = before?.probes ?? [];
  await writeTuneRecord(files, folder, { version: 1, settings, probes });
  const { minutes, prefer } = settings;
  yield { type: "tune", folder, minutes, prefer, probes: probes.map(({ plan }) => plan) };
  let told = 0;
  for (;;) {
    const standing = standingOf(settings, probes);
    for (const decision of standing.decisions.slice(told)) yield { type: "decision", decision };
    told = standing.decisions.length;
    const { next } = standing;
    if (next === undefined) break;
    if (signal?.aborted === true) return yield { type: "stopped", folder };
    const record = yield* runNext(deps, { folder, settings, signal, probes, next });
    if (record === undefined) return yield { type: "stopped", folder };
    probes = [...probes.filter(({ plan }) => plan.id !== record.plan.id), record];
    await writeTuneRecord(files, folder, { version: 1, settings, probes });
    await removeState(files, folder, record);
    yield { type: "measured", record };
  }
  yield* finish(deps, { folder, settings, probes, begun });
}

/** A tune at work. */
interface Tuning {
  readonly folder: string;
  readonly settings: TuneSettings;
  readonly probes: readonly ProbeRecord[];
}

async function* runNext(
  { files, now, train }: TuneDeps,
  {
    folder,
    settings,
    signal,
    probes,
    next,
  }: Tuning & { readonly signal: AbortSignal | undefined; readonly next: Upcoming },
): AsyncGenerator<TuneEvent, ProbeRecord | undefined, undefined> {
  const { plan } = next;
  const run = folderOf(files, folder, plan);
  const goesOn = (await files.stat(run)) !== undefined;
  const pace = probes[0]?.pace;
  const looks = looksOfProbe(settings, plan).length;
  const seconds = pace && secondsOf({ steps: plan.steps, looks }, pace);
  yield {
    ...{ type: "probe", probe: plan, folder: run, goesOn },
    ...(seconds === undefined ? {} : { seconds }),
  };
  const [first] = probes;
  const running = runProbe({ files, now, train, signal, settings, folder: run }, next);
  try {
    for (;;) {
      const { done, value } = await running.next();
      if (done === true) return value;
      // By now its inputs are recorded, and nothing has been trained yet.
      if (value.type === "watch" && first !== undefined) {
        await requireSameInputs(files, [folderOf(files, folder, first.plan), run]);
      }
      yield { type: "training", probe: plan.id, event: value };
    }
  } finally {
    await running.return(undefined);
  }
}

/** Where a probe's training is, below the folder of its tune: the full ones beside those that only measure. */
export function folderOf(files: FileStore, folder: string, { id, stage }: ProbePlan): string {
  return stage === "final" || stage === "defaults"
    ? files.join(folder, id)
    : files.join(folder, "probes", id);
}

/** What a probe that is over could go on from: of large models gigabytes. */
async function removeState(
  files: FileStore,
  folder: string,
  { plan, end }: ProbeRecord,
): Promise<void> {
  if (end === undefined || plan.stage === "final" || plan.stage === "defaults") return;
  const run = folderOf(files, folder, plan);
  const keep = { last: 1, best: 0, everySteps: 0, withinSteps: 0 };
  await pruneSnapshots(files, run, { keep, newest: 0 });
  await pruneKeptValues(files, run, new Set());
}

/** Writes the chosen settings as a config. */
async function* finish(
  { files, now }: TuneDeps,
  { folder, settings, probes, begun }: Tuning & { readonly begun: number },
): AsyncGenerator<TuneEvent, void, undefined> {
  const full = probes.find(({ plan: { stage } }) => stage === "final" || stage === "defaults");
  if (full === undefined) return;
  const config = files.join(folder, chosenName);
  const text = `${JSON.stringify(chosenConfig(settings, full.plan), undefined, 2)}\n`;
  await files.write(config, [new TextEncoder().encode(text)]);
  const run = folderOf(files, folder, full.plan);
  const { results } = await openRun(files, run);
  yield { type: "done", folder, config, run, results, seconds: (now() - begun) / 1000 };
}

/** @throws AtelierError `training`. */
async function requireNew(files: FileStore, folder: string): Promise<void> {
  if (!(await isTuneFolder(files, folder))) return;
  throw new AtelierError(
    "training",
    said`tune ${folder}: expected a new folder, got one that holds a tune already. Go on with it (atelier resume ${quoteArgument(folder)}), or name another folder.`,
    { context: { folder } },
  );
}

/** Where a tune stands, and what it has measured, for whoever reports it. */
export interface TuneState extends Standing {
  readonly settings: TuneSettings;
  readonly probes: readonly ProbeRecord[];
}

/** Reads where a tune stands. @throws AtelierError `training`, `format`, `config`, `file`. */
export async function readTune(files: FileStore, folder: string): Promise<TuneState> {
  const { settings, probes } = await readTuneRecord(files, folder);
  return { settings, probes, ...standingOf(settings, probes) };
}
