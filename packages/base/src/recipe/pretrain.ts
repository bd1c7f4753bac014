/**
 * @file The loop of pre-training: steps, checkpoints and evaluations of any recipe as a stream of
 * events. It goes on where the last run ended, with the same bits as without the break.
 */

import { encodePng } from "@atelier/diffusion/files";
import { sizeOf } from "@atelier/engine";
import {
  type EvaluationEvent,
  type PretrainEvent,
  reportEverySteps,
  type StepsEvent,
} from "./pretrain-event.js";
import type { Recipe } from "./recipe.js";
import { openTrainingRun, type TrainingRun, type TrainingRunOptions } from "./training-run.js";

/** Where a run happens and when it ends. */
export interface PretrainOptions extends TrainingRunOptions {
  /** Steps in all, those of earlier runs included; the last third lowers the learning rate. */
  readonly steps: number;
  /** Ends this run, saved, after so many minutes. */
  readonly minutes?: number | undefined;
  readonly saveEveryMinutes?: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
}

const minuteMs = 60_000;

/**
 * Trains until all steps are done, time is up or the signal asks to stop; the state is saved in
 * each case, and every few minutes.
 * @throws AtelierError `training` when a loss is not finite (the saved state is then an earlier,
 * whole one) or the state belongs to other models; `file`, `runtime`.
 */
export async function* pretrain(
  recipe: Recipe,
  options: PretrainOptions,
  signal?: AbortSignal,
): AsyncGenerator<PretrainEvent, void, undefined> {
  const { folder, steps, minutes = Infinity, saveEveryMinutes = 5 } = options;
  const { now = () => performance.now() } = options;
  const begun = now();
  await using run = await openTrainingRun(recipe, options);
  const sizes = [...recipe.initial.values()].map(({ shape }) => sizeOf(shape));
  const trainedParameters = sizes.reduce((sum, size) => sum + size, 0);
  yield { type: "plan", model: recipe.name, folder, step: run.step, steps, trainedParameters };

  const report = createReport(steps, now);
  let savedAt = now();
  let evaluatedAt = run.step;
  const isOver = (): boolean =>
    run.step >= steps || signal?.aborted === true || now() - begun > minutes * minuteMs;
  while (!isOver()) {
    const since = run.momentsSince;
    const learningRate = learningRateAt(recipe, run.step + 1, { steps, since });
    report.begin();
    const scalars = await run.advance(learningRate);
    report.add(scalars);
    if (run.step % reportEverySteps === 0 || isOver()) yield report.event(run.step, learningRate);
    const isDue = run.step % recipe.evaluateEverySteps === 0;
    if (isDue || now() - savedAt > saveEveryMinutes * minuteMs) {
      yield { type: "saved", step: run.step, path: await run.save() };
      savedAt = now();
    }
    if (isDue) {
      yield await evaluate(recipe, run, options);
      evaluatedAt = run.step;
    }
  }
  yield { type: "saved", step: run.step, path: await run.save() };
  // Whoever asks to stop does not want to wait for pictures.
  if (signal?.aborted !== true && evaluatedAt < run.step) {
    yield await evaluate(recipe, run, options);
  }
  const type = run.step < steps ? "stopped" : "done";
  yield { type, step: run.step, steps, seconds: (now() - begun) / 1000 };
}

/**
 * A linear warm-up from the step `since`, where the optimizer had no moments, then constant; the last
 * third of the steps after it falls linearly to a twentieth.
 */
export function learningRateAt(
  { learningRate, warmupSteps }: Pick<Recipe, "learningRate" | "warmupSteps">,
  step: number,
  { steps, since = 0 }: { readonly steps: number; readonly since?: number },
): number {
  const warmth = Math.min(1, (step - since) / Math.max(1, warmupSteps));
  const left = (steps - step) / ((steps - since) / 3);
  return learningRate * warmth * Math.min(1, Math.max(0.05, left));
}

async function evaluate(
  recipe: Recipe,
  { step, average }: TrainingRun,
  { files, folder }: PretrainOptions,
): Promise<EvaluationEvent> {
  const { metrics, sheet } = await recipe.evaluate(average, step);
  if (sheet === undefined) return { type: "evaluation", step, metrics };
  const path = files.join(folder, "samples", `${String(step).padStart(7, "0")}.png`);
  await files.write(path, [await encodePng(sheet)]);
  return { type: "evaluation", step, metrics, sheet: path };
}

interface Report {
  /** A step begins. */
  begin(): void;
  /** A step has ended with these scalars. */
  add(scalars: Readonly<Record<string, number>>): void;
  /** Means since the last event. */
  event(step: number, learningRate: number): StepsEvent;
}

function createReport(steps: number, now: () => number): Report {
  let begun = 0;
  let seconds = 0;
  let rows: Readonly<Record<string, number>>[] = [];
  return {
    begin() {
      begun = now();
    },
    add(scalars) {
      seconds += (now() - begun) / 1000;
      rows.push(scalars);
    },
    event(step, learningRate) {
      const names = Object.keys(rows[0] ?? {});
      const mean = (name: string): number =>
        rows.reduce((sum, row) => sum + (row[name] ?? Number.NaN), 0) / rows.length;
      const {
        loss = 0,
        gradNorm = 0,
        ...metrics
      } = Object.fromEntries(names.map((name) => [name, mean(name)]));
      const secondsPerStep = seconds / rows.length;
      const secondsLeft = secondsPerStep * (steps - step);
      rows = [];
      seconds = 0;
      const pace = { secondsPerStep, secondsLeft };
      return { type: "steps", step, steps, loss, gradNorm, learningRate, metrics, ...pace };
    },
  };
}
