/**
 * @file The strength of what a run has made, chosen by measurement: how much its error falls and how far it moves
 * everything else at several strengths, on the rows that runs are watched with.
 */

import {
  AtelierError,
  createForwardRuns,
  type FloatTensor,
  type ParameterSource,
  said,
} from "@atelier/engine";
import type { LearnedBank, Preference } from "../../core/verdict.js";
import type { WarningEvent } from "../../core/warnings/warning.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import {
  type ChosenStrength,
  judgeStrengths,
  type MeasuredStrength,
  type StrengthLook,
} from "../../verdicts/strengths.js";
import { beginRun } from "../begin-run.js";
import { prepareRows } from "../data/prepare-run.js";
import type { WatchData } from "../data/watch-data.js";
import { reporting } from "../events/progress.js";
import type { ProgressEvent } from "../events/train-event.js";
import { openRun, type RunRecord } from "../folder/run-record.js";
import type { ParameterValues } from "../parts/tuning-part.js";
import { withWord } from "../parts/with-word.js";
import type { RunPlan } from "../plan/plan-run.js";
import { endWatch } from "../plan/plan-watch.js";
import { readResult } from "../result/read-result.js";
import type { ResultFile } from "../result/result-file.js";
import type { Run, TrainDeps } from "../run.js";
import { readParameters } from "../step/start-parts.js";
import { createProbes, type Reading, rowsSince } from "../watch/probes.js";
import type { TrainingView } from "../watch/watcher.js";
import { type DrawnStrength, drawStrengths } from "./draw-strengths.js";
import { type MadeResult, madeResult } from "./made-result.js";
import { saveStrength } from "./save-strength.js";
import { openScalable, type Scalable } from "./scalable.js";
import { type StrengthRecord, writeStrengths } from "./strength-record.js";

/** Strengths that are measured where nothing is said. */
export const usualStrengths: readonly number[] = [0.4, 0.6, 0.8, 1, 1.2];

/** How strengths are measured and what is made of it. */
export interface StrengthOptions {
  /** {@link usualStrengths} by default. */
  readonly strengths?: readonly number[] | undefined;
  /** What is wanted: by default as the run was watched for, else the lowest error. */
  readonly prefer?: Preference | undefined;
  /** Measures with a warning where the base or the pictures are not those of the run. */
  readonly allowChanges?: boolean | undefined;
  /** Whether the result is written at the chosen strength, and the record; by default. */
  readonly writes?: boolean | undefined;
  /** Where the result is written: see `saveStrength`. */
  readonly out?: string | undefined;
  /** Pictures drawn at each of the two best strengths and by the base; none by default. */
  readonly draws?: number | undefined;
  /** Measures more at the start, whose strength is 0, and at each strength. */
  readonly beside?: ((view: StrengthView) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What was trained at a strength, for whoever measures more of it. */
export interface StrengthView {
  readonly strength: number;
  readonly plan: RunPlan;
  /** As that of a training: see `readRows`. */
  readonly probe: TrainingView["probe"];
}

/** Rows have been predicted. */
export interface MeasuringEvent {
  readonly type: "measuring";
  readonly done: number;
  readonly total: number;
}

/** What is measured, before anything is. */
export interface RowsEvent {
  readonly type: "rows";
  /** The step that the run's result is made of. */
  readonly step: number;
  readonly bank: LearnedBank;
  readonly heldOut: readonly string[];
  /** Whose drift is measured; none where the class is not known. */
  readonly classPrompt: string | undefined;
  readonly strengths: readonly number[];
}

/** What was measured at a strength. */
export type StrengthEvent = { readonly type: "strength" } & MeasuredStrength;

/** Which strength it is. */
export type ChosenEvent = { readonly type: "chosen" } & ChosenStrength;

/** What was written. */
export interface SavedStrengthEvent {
  readonly type: "saved";
  /** None where the strength is that of the run's own files, or no better than the base. */
  readonly results: readonly ResultFile[];
  readonly record: string;
}

/** What is told while strengths are measured. */
export type StrengthsEvent =
  | ProgressEvent
  | WarningEvent
  | RowsEvent
  | MeasuringEvent
  | StrengthEvent
  | ChosenEvent
  | DrawnStrength
  | SavedStrengthEvent;

/**
 * Measures what a run has made at several strengths, chooses one and writes the result at it. The run's own files stay.
 * @param folder of the run
 * @throws AtelierError `config` for strengths that are none; `training` for a run without a result, of a word
 *   alone, in use, or whose base or pictures have changed; what opening base, pictures and result throws; `aborted`.
 */
export async function* measureStrengths(
  folder: string,
  deps: TrainDeps,
  options: StrengthOptions = {},
): AsyncGenerator<StrengthsEvent, void, undefined> {
  const strengths = requireStrengths(options.strengths ?? usualStrengths);
  const record = await openRun(deps.files, folder);
  requireScalable(record);
  const made = madeResult(record);
  const { signal, allowChanges = false } = options;
  const resume = { allowChanges, pastStop: true };
  const run = yield* beginRun(record.config, deps, { signal, resume });
  await using _lock = run.folder;
  await using base = run.pipeline;
  yield* measureRun({ ...run, plan: watchedPlan(run.plan) }, { base, made, strengths, options });
}

/** @throws AtelierError `config`. */
function requireStrengths(strengths: readonly number[]): number[] {
  const bad = strengths.filter((strength) => !(strength > 0 && strength <= mostStrength));
  if (bad.length > 0 || strengths.length === 0) {
    throw new AtelierError(
      "config",
      said`strengths: expected numbers above 0, which is the base itself, and at most ${mostStrength}, got ${bad.join(", ") || "none"}. Use for example ${usualStrengths.join(", ")}.`,
    );
  }
  return [...new Set(strengths)].sort((a, b) => a - b);
}

/** Beyond it nothing that was trained is left of what is drawn. */
const mostStrength = 4;

/** @throws AtelierError `training` for a run of a word alone. */
function requireScalable({ folder, config }: RunRecord): void {
  if (config.tuning !== "textual_inversion") return;
  const token = config.embedding?.token ?? "";
  throw new AtelierError(
    "training",
    said`strength ${folder}: expected a run of an adapter or of weights, got one of a new word alone, which has no strength. Give it more or less weight in the prompt instead: (${token}:0.8).`,
    { context: { folder } },
  );
}

/** A run that was not watched has trained on all of its pictures. */
function watchedPlan(plan: RunPlan): RunPlan {
  if (plan.watch !== undefined) return plan;
  const { config } = plan;
  return {
    ...plan,
    watch: endWatch(config.steps),
    config: { ...config, watch: { ...config.watch, heldOut: 0 } },
  };
}

interface Measuring {
  readonly base: Pipeline;
  readonly made: MadeResult;
  readonly strengths: readonly number[];
  readonly options: StrengthOptions;
}

async function* measureRun(
  run: Run,
  { base, made, strengths, options }: Measuring,
): AsyncGenerator<StrengthsEvent, void, undefined> {
  const { plan, deps, folder, signal } = run;
  const { config } = plan;
  await using worded = await withWord(base, plan.parts);
  const pipeline = worded ?? base;
  const { files } = deps;
  await using scalable = await openScalable({ files, plan, base, results: made.results });
  const watch = yield* rowsOfRun(run, { base, pipeline });
  const bank = watch.banks["held-out"] === undefined ? "echo" : "held-out";
  const { heldOut, classPrompt } = watch;
  const { step } = made;
  yield { type: "rows", step, bank, heldOut, classPrompt, strengths };
  const prefer = options.prefer ?? config.watch.prefer;
  const { beside } = options;
  const judged = yield* lookAt(run, { pipeline, scalable, watch, strengths, prefer, beside });
  const { chosen } = judged;
  yield { type: "chosen", ...chosen };
  const { draws: count = 0 } = options;
  if (count > 0) {
    const drawn = [0, ...chosen.ranked.slice(0, 2)];
    yield* drawStrengths(scalable, { base, config, strengths: drawn, count, signal });
  }
  if (options.writes === false) return;
  const results = yield* save(run, { base, made, scalable, chosen, out: options.out });
  const record: StrengthRecord = {
    ...{ version: 1, step, bank, heldOut },
    ...(classPrompt === undefined ? {} : { classPrompt }),
    ...{ strengths: judged.measured, chosen, results },
  };
  yield { type: "saved", results, record: await writeStrengths(files, folder.path, record) };
}

/** The run's rows, with what is told on the way that a reader of strengths wants to know. */
async function* rowsOfRun(
  run: Run,
  { base, pipeline }: { readonly base: Pipeline; readonly pipeline: Pipeline },
): AsyncGenerator<ProgressEvent | WarningEvent, WatchData, undefined> {
  const watch = run.plan.watch ?? endWatch(run.plan.config.steps);
  const rows = prepareRows(run, { base, pipeline, watch });
  let next = await rows.next();
  while (next.done !== true) {
    if (next.value.type === "progress" || next.value.type === "warning") yield next.value;
    next = await rows.next();
  }
  return next.value;
}

/** Looks at every strength with one graph, whose parameters are scaled. */
async function* lookAt(
  { plan, deps: { runtime }, signal }: Run,
  {
    pipeline,
    scalable,
    watch,
    strengths,
    prefer,
    beside,
  }: Pick<Measuring, "strengths"> & {
    readonly pipeline: Pipeline;
    readonly scalable: Scalable;
    readonly watch: WatchData;
    readonly prefer: Preference | undefined;
    readonly beside: StrengthOptions["beside"];
  },
): AsyncGenerator<StrengthsEvent, ReturnType<typeof judgeStrengths>, undefined> {
  const { tuning } = scalable;
  const probes = createProbes({ ...plan, graph: { ...plan.graph, tuning } }, watch);
  const frozen: Map<string, ParameterSource> = await readParameters(plan, pipeline);
  for (const name of tuning.parameterNames) frozen.delete(name);
  await using runs = createForwardRuns(runtime, [probes.graph], frozen);
  const rowsAtOnce = probes.graph.outputs["error"]?.shape[0] ?? 1;
  const total = (strengths.length + 1) * Math.ceil(probes.count / rowsAtOnce);
  let done = 0;
  const read = (
    strength: number,
    values: ParameterValues,
  ): AsyncGenerator<MeasuringEvent, Reading, undefined> =>
    reporting(async (report) => {
      const parameters: Record<string, FloatTensor> = Object.fromEntries(values);
      const probe: TrainingView["probe"] = (inputs) => runs.run(inputs, parameters, signal);
      const reading = await probes.read(async (inputs) => {
        const results = await probe(inputs);
        done += 1;
        report({ type: "measuring", done, total });
        return results;
      });
      await beside?.({ strength, plan, probe });
      return reading;
    });
  yield { type: "measuring", done, total };
  const start = yield* read(0, await scalable.startValues());
  const looks: StrengthLook[] = [];
  const judge = () =>
    judgeStrengths({ banks: probes.banks, start: start.errors, looks }, { prefer });
  for (const strength of strengths) {
    const reading = yield* read(strength, await scalable.valuesAt(strength));
    looks.push({ strength, rows: rowsSince(start, reading) });
    const told = judge().measured.find((measured) => measured.strength === strength);
    if (told !== undefined) yield { type: "strength", ...told };
  }
  return judge();
}

/** Writes what was chosen, and reads it back; nothing where the run's own files are it. */
async function* save(
  { plan, deps, folder }: Run,
  {
    base,
    made,
    scalable,
    chosen: { strength, beatsBase },
    out,
  }: Pick<Measuring, "base" | "made"> &
    Pick<StrengthOptions, "out"> & {
      readonly scalable: Scalable;
      readonly chosen: ChosenStrength;
    },
): AsyncGenerator<ProgressEvent, ResultFile[], undefined> {
  if (!beatsBase || (strength === 1 && out === undefined)) return [];
  const { files, tokenizerFolder } = deps;
  const { config, pictures, process } = plan;
  const captions = pictures.map(({ caption }) => caption);
  const { predictionType } = process;
  const context = { files, config, pipeline: base, predictionType, captions, tokenizerFolder };
  const result = await scalable.resultAt(strength);
  yield { type: "progress", stage: "check", done: 0, total: 1 };
  const to = { folder: folder.path, step: made.step, strength, result, out };
  const results = await saveStrength(context, to);
  const { embedding: _word, ...written } = result;
  await readResult({ files, base, config, result: written, saved: results });
  yield { type: "progress", stage: "check", done: 1, total: 1 };
  return results;
}
