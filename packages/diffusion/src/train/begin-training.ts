/** @file A training before its first step, or at the snapshot that it goes on from. */

import { type Warning, warning, warningEvent } from "../core/warnings/warning.js";
import type { Pipeline } from "../pipeline/pipeline.js";
import type { PreparedRun } from "./data/prepare-run.js";
import type { TrainEvent } from "./events/train-event.js";
import { createSaver, type Saver } from "./folder/saver.js";
import { pruneSnapshots, readNewestSnapshot, type Snapshot } from "./folder/snapshots.js";
import type { ParameterValues } from "./parts/tuning-part.js";
import { nothingSaved } from "./require-open.js";
import type { Run } from "./run.js";
import { fineTuning } from "./step/fine-tuning-steps.js";
import { startParts } from "./step/start-parts.js";
import { createTrainingLoop } from "./step/training-loop.js";
import { idleAlarm } from "./watch/idle-alarm.js";
import { sampleWatcher } from "./watch/sample-watcher.js";
import { snapshotWatcher } from "./watch/snapshot-watcher.js";
import { trainingView, type Watched } from "./watch/training-view.js";
import { type VerdictWatcher, verdictWatcher } from "./watch/verdict-watcher.js";
import type { TrainingView, Watcher } from "./watch/watcher.js";
import { createWatching, lostWatchers, type Watching } from "./watch/watching.js";

/** A training, who watches it, and who saves it. */
export interface Training extends Watched, AsyncDisposable {
  readonly watching: Watching;
  /** Of a run that is watched. */
  readonly verdicts: VerdictWatcher | undefined;
  readonly view: TrainingView;
  readonly saver: Saver;
}

/**
 * Compiles the step and restores what a resumed run goes on from.
 * @throws AtelierError `file`, `format`, `weights`, `runtime`, `training`.
 */
export async function* beginTraining(
  run: Run,
  base: Pipeline,
  prepared: PreparedRun,
): AsyncGenerator<TrainEvent, Training, undefined> {
  const { plan, deps, signal, resume } = run;
  const { runtime } = deps;
  const found = yield* findSnapshot(run);
  yield { type: "progress", stage: "compile", done: 0, total: 1 };
  // The first values, as large as what is trained, are kept by nobody.
  const { values: initial, resultOf, warnings, ...start } = await startParts(run, base);
  const verdicts = prepared.watch && verdictWatcher(plan, prepared.watch);
  const watchers = watchersOf(run, { initial, verdicts });
  const { pastStop = false, finish = false } = resume ?? {};
  const finishAt = finish ? found?.step : undefined;
  const watching = createWatching(watchers, { record: found?.watch, pastStop, finishAt });
  const names = found?.watch === undefined ? [] : lostWatchers(watchers, found.watch);
  const lost = names.map((watcher): Warning => warning("lost-watcher", { watcher }));
  yield* [...warnings, ...lost].map(warningEvent);
  const restartedAt = watching.latestReturn()?.step ?? 0;
  const resumeFrom = found && { ...found, restartedAt };
  const from = { runtime, plan, initial, signal, resumeFrom };
  const watch = verdicts && { probes: [verdicts.graph] };
  const atStart = async (probe: TrainingView["probe"]): Promise<void> => {
    for (const watcher of watchers) await watcher.begin?.(probe);
  };
  const { learningRateAt, ...options } = fineTuning({
    ...{ ...from, ...prepared, ...start, ...watch, atStart },
    keepsAt: (step) => step > (watching.priorSince() ?? Number.POSITIVE_INFINITY),
  });
  const rateAt = (step: number) => learningRateAt(step) * watching.rateFactor(step);
  // From here on nothing is told: a reader who left now would leave the loop open.
  const loop = await createTrainingLoop({ ...options, learningRateAt: rateAt });
  const watched = { base, resultOf, loop, batch: options.batch };
  return {
    ...watched,
    watching,
    verdicts,
    view: trainingView(run, watched),
    saver: createSaver(run, { ...watched, watching, found }),
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}

/** All who watch a run. */
function watchersOf(
  { plan, deps, folder }: Run,
  {
    initial,
    verdicts,
  }: { readonly initial: ParameterValues; readonly verdicts: Watcher | undefined },
): readonly Watcher[] {
  return [
    idleAlarm(initial),
    ...(verdicts === undefined ? [] : [verdicts]),
    sampleWatcher(plan.config, { files: deps.files, folder: folder.path }),
    ...(deps.watchers?.(plan) ?? []),
    snapshotWatcher(plan.config),
  ];
}

/** The state that a resumed run goes on from. */
async function* findSnapshot({
  folder,
  plan,
  deps,
  resume,
}: Run): AsyncGenerator<TrainEvent, Snapshot | undefined, undefined> {
  if (resume === undefined) return undefined;
  const { found, damaged } = await readNewestSnapshot(deps.files, folder.path);
  for (const problem of damaged) {
    yield warningEvent(warning("damaged-snapshot", { problem, step: found?.step }));
  }
  if (found === undefined && resume.finish === true) throw nothingSaved(folder.path);
  // The run may have ended while it removed older ones. Beside a damaged one they are all kept.
  if (damaged.length === 0) {
    const newest = found?.step ?? 0;
    await pruneSnapshots(deps.files, folder.path, { keep: plan.config.keep, newest });
  }
  yield { type: "resumed", step: found?.step ?? 0 };
  return found;
}
