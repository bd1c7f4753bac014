/**
 * @file Pre-training as a stream of events: steps, snapshots and evaluations of any recipe. It goes on
 * where the last run ended, with the same bits as without the break.
 */

import { inEnglish } from "@atelier/diffusion/english";
import { encodePng } from "@atelier/diffusion/files";
import { type FinishedStep, watchedSteps } from "@atelier/diffusion/train";
import { sizeOf } from "@atelier/engine";
import {
  type EvaluationEvent,
  type PretrainEvent,
  reportEverySteps,
  type StepsEvent,
} from "./pretrain-event.js";
import type { Recipe } from "./recipe.js";
import {
  openTrainingRun,
  type RecipeView,
  type RecipeWatcher,
  type TrainingRunOptions,
} from "./training-run.js";

/** Where a run happens and when it ends. */
export interface PretrainOptions extends TrainingRunOptions {
  /** Ends this run, saved, after so many minutes. */
  readonly minutes?: number | undefined;
}

const saveEveryMinutes = 5;

/**
 * Trains until all steps are done, time is up or the signal asks to stop; a snapshot is written in
 * each case, at each evaluation, and every few minutes.
 * @throws AtelierError `training` when a loss is not finite (the newest snapshot is then an earlier one)
 * or the folder belongs to other models; `format` where its state cannot be read; `file`, `runtime`.
 */
export async function* pretrain(
  recipe: Recipe,
  options: PretrainOptions,
  signal?: AbortSignal,
): AsyncGenerator<PretrainEvent, void, undefined> {
  const { folder, steps, minutes = Infinity } = options;
  const begun = performance.now();
  const evaluate = (view: RecipeView) => evaluation(recipe, view, options);
  await using run = await openTrainingRun(recipe, options, [evaluationWatcher(recipe, evaluate)]);
  const sizes = [...recipe.initial.values()].map(({ shape }) => sizeOf(shape));
  const trainedParameters = sizes.reduce((sum, size) => sum + size, 0);
  yield { type: "plan", model: recipe.name, folder, step: run.step, steps, trainedParameters };
  for (const text of run.damaged) yield { type: "note", text };

  const isOver = (): boolean =>
    run.step >= steps || signal?.aborted === true || minutesSince(begun) > minutes;
  const training = { loop: run, view: run, watching: run.watching, snapshot: run.save };
  let evaluatedAt = run.step;
  let rows: FinishedStep[] = [];
  for await (const event of watchedSteps(training, isOver)) {
    if (event.type === "step") rows.push(event);
    if (event.type === "evaluation") evaluatedAt = event.step;
    if (event.type === "warning") yield { type: "note", text: inEnglish(event) };
    else if (event.type !== "step") yield event;
    else if (event.step % reportEverySteps === 0 || isOver()) {
      yield stepsEvent(rows, event, steps);
      rows = [];
    }
  }
  // Before the first step there is nothing to save.
  if (run.step > 0) yield await run.save();
  // Whoever asks to stop does not want to wait for pictures.
  if (signal?.aborted !== true && evaluatedAt < run.step) yield await evaluate(run);
  const type = run.step < steps ? "stopped" : "done";
  yield { type, step: run.step, steps, seconds: 60 * minutesSince(begun) };
}

/** Tries the averaged weights. */
async function evaluation(
  recipe: Recipe,
  { step, average }: RecipeView,
  { files, folder }: PretrainOptions,
): Promise<EvaluationEvent> {
  const { metrics, sheet } = await recipe.evaluate(await average(), step);
  if (sheet === undefined) return { type: "evaluation", step, metrics };
  const path = files.join(folder, "samples", `${String(step).padStart(7, "0")}.png`);
  await files.write(path, [await encodePng(sheet)]);
  return { type: "evaluation", step, metrics, sheet: path };
}

/** Evaluates in the rhythm of the recipe; asks for a snapshot then, and every few minutes. */
function evaluationWatcher(
  { evaluateEverySteps }: Recipe,
  evaluate: (view: RecipeView) => Promise<EvaluationEvent>,
): RecipeWatcher {
  let savedAt = performance.now();
  return {
    name: "evaluation",
    due: () => true,
    async *look(view) {
      const isDue = view.step % evaluateEverySteps === 0;
      if (isDue) yield await evaluate(view);
      if (!isDue && minutesSince(savedAt) <= saveEveryMinutes) return { kind: "go" };
      savedAt = performance.now();
      return { kind: "snapshot" };
    },
  };
}

const minutesSince = (time: number): number => (performance.now() - time) / 60_000;

/** Means over some steps. */
function stepsEvent(
  rows: readonly FinishedStep[],
  { step, learningRate, results: [latest = {}] }: FinishedStep,
  steps: number,
): StepsEvent {
  const mean = (numberOf: (row: FinishedStep) => number): number =>
    rows.reduce((sum, row) => sum + numberOf(row), 0) / rows.length;
  const metrics = Object.keys(latest).filter((name) => name !== "loss" && name !== "gradNorm");
  const secondsPerStep = mean(({ seconds }) => seconds);
  return {
    type: "steps",
    ...{ step, steps, learningRate, secondsPerStep },
    loss: mean(({ loss }) => loss),
    gradNorm: mean(({ gradNorm }) => gradNorm),
    metrics: Object.fromEntries(
      metrics.map((name) => [name, mean(({ results: [row] }) => Number(row?.[name]?.data[0]))]),
    ),
    secondsLeft: secondsPerStep * (steps - step),
  };
}
