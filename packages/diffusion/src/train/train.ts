/**
 * @file A training from config to result, as a stream of events: plan, cached latents and text
 * states, steps, what watchers see, and the result. Whoever reads the stream sees the whole run; nothing
 * else is printed or called.
 */

import { messageOf } from "@atelier/engine";
import type { Pipeline } from "../pipeline/pipeline.js";
import { beginRun, openBase } from "./begin-run.js";
import { beginTraining, type Training } from "./begin-training.js";
import type { GivenConfig } from "./config/train-config.js";
import { type PreparedRun, prepareRun } from "./data/prepare-run.js";
import { isStop } from "./events/stop.js";
import type { SnapshotEvent, TrainEvent } from "./events/train-event.js";
import { withSaved } from "./folder/saver.js";
import type { TrainedResult } from "./parts/tuning-part.js";
import { checkResult } from "./result/check-result.js";
import type { ResultFile } from "./result/result-file.js";
import type { ResumeOptions, Run, TrainDeps } from "./run.js";
import { stepEvents } from "./step/fine-tuning-steps.js";
import { type StopDecision, watchedSteps } from "./watch/watching.js";

/**
 * Trains. The stream ends with `done`, or with `stopped` when the signal asked for it; what was made is
 * saved in both cases. An error is thrown after the result of the last good step is saved.
 * @param resume goes on with the run in `config.output.run` from its newest snapshot, with the bits
 *   of a run that was never stopped; its config is that of `readRunConfig`
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
    // The first error counts, also where the disk that should hold its record is full.
    await folder.log({ type: "error", message: messageOf(error) }).catch(() => {});
    throw error;
  }
}

async function* runToEnd(run: Run): AsyncGenerator<TrainEvent, void, undefined> {
  const { folder, plan, deps } = run;
  const begun = deps.now();
  const made = yield* makeResult(run);
  const { step, saved: results, stop } = made ?? { step: 0, saved: [], stop: undefined };
  const end = { step, folder: folder.path, results, seconds: (deps.now() - begun) / 1000 };
  if (step === plan.config.steps) yield { type: "done", ...end };
  else if (stop === undefined) yield { type: "stopped", ...end };
  else yield { type: "done", ...end, stop: { watcher: stop.watcher, reason: stop.reason } };
}

/** What a run has made. */
interface Made {
  readonly step: number;
  readonly result: TrainedResult;
  readonly saved: readonly ResultFile[];
  /** Why a watcher ended the run. */
  readonly stop: StopDecision | undefined;
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
    if (!isStop(error, run.signal)) throw await withSaved(error, saver, loop.step);
  }
  const { step } = loop;
  if (step === 0) return undefined;
  // A run that was stopped goes on from here.
  if (step < run.plan.config.steps) await saver.snapshot();
  const saved = await saver.result();
  return { step, result: resultOf(loop.values()), saved, stop: watching.stop() };
}

/** Steps, looks, and the snapshots that these ask for. */
async function* trainSteps(
  { plan: { config }, deps, signal, resume }: Run,
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
  for await (const event of watchedSteps({ loop, view, watching, snapshot }, isOver)) {
    if (event.type === "step") {
      saver.add(event.loss);
      watching.note(event);
    }
    yield event.type === "step" ? tell(event) : event;
  }
}
