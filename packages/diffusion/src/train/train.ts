/**
 * @file A training from config to result, as a stream of events: plan, cached latents and text
 * states, steps, what watchers see, and the result. Whoever reads the stream sees the whole run; nothing
 * else is printed or called.
 */

import { AtelierError, messageOf } from "@atelier/engine";
import { type WarningEvent, warning, warningEvent } from "../core/warnings/warning.js";
import type { Pipeline } from "../pipeline/pipeline.js";
import { beginRun, openBase } from "./begin-run.js";
import { beginTraining, type Training } from "./begin-training.js";
import type { GivenConfig } from "./config/train-config.js";
import { type PreparedRun, prepareRun } from "./data/prepare-run.js";
import { isStop } from "./events/stop.js";
import type { KeptStep, SnapshotEvent, TrainEvent } from "./events/train-event.js";
import { type KeptValues, readKeptValues } from "./folder/kept-values.js";
import { withSaved } from "./folder/saver.js";
import { withWayOn } from "./folder/way-on.js";
import type { TrainedResult } from "./parts/tuning-part.js";
import { checkResult } from "./result/check-result.js";
import type { ResultFile } from "./result/result-file.js";
import type { ResumeOptions, Run, TrainDeps } from "./run.js";
import { stepEvents } from "./step/fine-tuning-steps.js";
import { type ReturnDecision, type StopDecision, watchedSteps } from "./watch/watching.js";

/**
 * Trains. The stream ends with `done`, or with `stopped` when the signal asked for it; what was made is
 * saved in both cases. An error is thrown after the result of the last good step is saved.
 * @param resume goes on with the run in `config.output.run` from its newest snapshot, with the bits
 *   of a run that was never stopped, or ends it there; its config is that of `readRunConfig`
 * @throws AtelierError `config`, `data`, `file`, `weights`, `runtime`, `training`.
 * @example
 * for await (const event of train(parseTrainConfig(settings), deps, controller.signal)) {
 *   if (event.type === "step") console.log(event.step, event.loss);
 * }
 */
export async function* train(
  config: GivenConfig,
  deps: TrainDeps,
  signal?: AbortSignal,
  resume?: ResumeOptions,
): AsyncGenerator<TrainEvent, void, undefined> {
  const run = yield* beginRun(config, deps, { signal, resume });
  await using folder = run.folder;
  try {
    for await (const event of runToEnd(run)) {
      await folder.log(event);
      yield event;
    }
  } catch (error) {
    const told = withWayOn(error, folder.path);
    // The first error counts, also where the disk that should hold its record is full.
    await folder.log({ type: "error", message: messageOf(told) }).catch(() => {});
    throw told;
  }
}

async function* runToEnd(run: Run): AsyncGenerator<TrainEvent, void, undefined> {
  const { folder, plan, deps } = run;
  const begun = deps.now();
  const made = yield* makeResult(run);
  const { step, saved: results, stop, kept } = made ?? { step: 0, saved: [] };
  const end = { step, folder: folder.path, results, seconds: (deps.now() - begun) / 1000 };
  const best = kept === undefined ? {} : { kept };
  if (step === plan.config.steps) yield { type: "done", ...end, ...best };
  else if (stop === undefined) yield { type: "stopped", ...end };
  else {
    const { watcher, reason } = stop;
    yield { type: "done", ...end, ...best, stop: { watcher, reason } };
  }
}

/** What a run has made. */
interface Made {
  readonly step: number;
  readonly result: TrainedResult;
  readonly saved: readonly ResultFile[];
  /** Why a watcher ended the run. */
  readonly stop?: StopDecision | undefined;
  /** Where the result is not the last step's. */
  readonly kept?: KeptStep | undefined;
}

/** Prepares, trains, and checks what was saved. @returns nothing where the signal came before the first step. */
async function* makeResult(run: Run): AsyncGenerator<TrainEvent, Made | undefined, undefined> {
  const { plan, deps, signal } = run;
  const { config, graph, pictures } = plan;
  let prepared: PreparedRun;
  try {
    prepared = yield* prepareRun(run);
  } catch (error) {
    if (!isStop(error, signal)) throw error;
    return undefined;
  }
  await using base = yield* openBase(config, deps, signal);
  const made = yield* trainAndSave(run, base, prepared);
  if (made === undefined) return undefined;
  const { result, saved } = made;
  yield* checkResult({
    ...{ files: deps.files, base, config, saved, result },
    prompt: pictures[0]?.caption ?? "",
    ...{ height: graph.height, width: graph.width },
  });
  return made;
}

/** Trains to the end or until the signal, and saves. The step's memory is free again afterwards. */
async function* trainAndSave(
  run: Run,
  base: Pipeline,
  prepared: PreparedRun,
): AsyncGenerator<TrainEvent, Made | undefined, undefined> {
  await using training = yield* beginTraining(run, base, prepared);
  yield { type: "progress", stage: "compile", done: 1, total: 1 };
  const { loop, saver, watching, resultOf } = training;
  try {
    yield* trainSteps(run, training);
  } catch (error) {
    if (!isStop(error, run.signal)) {
      if (loop.step === 0 || !(error instanceof AtelierError)) throw error;
      const best = yield* bestOf(run, training);
      throw await withSaved(error, saver, { step: loop.step, best: best?.kept });
    }
  }
  const { step } = loop;
  if (step === 0) return undefined;
  // A run that was stopped goes on from here.
  if (step < run.plan.config.steps) await saver.snapshot();
  const stop = watching.stop();
  const isOver = step === run.plan.config.steps || stop !== undefined;
  const best = isOver ? yield* bestOf(run, training) : undefined;
  const saved = await saver.result(best?.kept);
  const result = resultOf(best?.kept.values ?? (await loop.values()));
  if (best === undefined) return { step, result, saved, stop };
  return { step, result, saved, stop, kept: { ...best.why, last: await saver.last() } };
}

/** What was the best of a run that is over, where that is neither its last step nor its start. */
async function* bestOf(
  { deps, folder }: Run,
  { loop, verdicts }: Training,
): AsyncGenerator<
  WarningEvent,
  { readonly kept: KeptValues; readonly why: Omit<KeptStep, "last"> } | undefined,
  undefined
> {
  const why = verdicts?.keptAt(loop.step);
  if (why === undefined || why.best.step === 0 || why.best.step === loop.step) return undefined;
  try {
    return { kept: await readKeptValues(deps.files, folder.path, why.best.step), why };
  } catch (error) {
    if (!(error instanceof AtelierError)) throw error;
    yield warningEvent(warning("best-lost", { step: why.best.step, problem: error.message }));
    return undefined;
  }
}

/** Steps, looks, and the snapshots that these ask for. */
async function* trainSteps(
  { plan: { config }, deps, folder, signal, resume }: Run,
  { loop, view, watching, saver }: Training,
): AsyncGenerator<TrainEvent, void, undefined> {
  const snapshot = async (): Promise<SnapshotEvent> => ({
    type: "snapshot",
    step: loop.step,
    results: await saver.snapshot(),
  });
  // From now on the word that ended the run is overruled, also when it is killed before another snapshot.
  if (resume?.pastStop === true && loop.step > 0) await saver.snapshot();
  const isOver = () => loop.step >= config.steps || signal?.aborted === true;
  const tell = stepEvents(config.steps, deps.memoryBytes);
  const goBack = async ({ to }: ReturnDecision): Promise<void> => {
    const { values } = await readKeptValues(deps.files, folder.path, to);
    await loop.restart(values);
  };
  for await (const event of watchedSteps({ loop, view, watching, goBack, snapshot }, isOver)) {
    if (event.type === "step") {
      saver.add(event.loss);
      watching.note(event);
    }
    yield event.type === "step" ? tell(event) : event;
  }
}
