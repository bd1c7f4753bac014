/** @file What contenders make of a task: each trains, and what it has made is measured and judged. */

import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { RgbPicture } from "@atelier/diffusion/core";
import { lockFolder, nodeTrainDeps } from "@atelier/diffusion/node";
import { type RunPlan, resultOfKind, type TrainConfig, train } from "@atelier/diffusion/train";
import { factorKinds, type ProbeStage, type Trainer, tune } from "@atelier/diffusion/tune";
import { internalError } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import {
  callsOf,
  configOfRecipe,
  configOfUsual,
  configToTune,
  type Recipe,
  recipes,
} from "../experiments/tune/contenders.js";
import type { Entry, Outcome } from "../experiments/tune/task-record.js";
import type { TuneTask } from "../experiments/tune/tune-tasks.js";
import {
  type DrawingSize,
  subjectRequests,
  unrelatedRequests,
} from "../experiments/verdicts/drawings.js";
import type { DrawnScores } from "../experiments/verdicts/record.js";
import { truthPoints } from "../experiments/verdicts/true-scores.js";
import type { Lesson } from "../experiments/verdicts/truth-rows.js";
import type { DrawingRequest } from "../experiments/verdicts/truth-watcher.js";
import { type Followed, followToEnd, followTraining } from "./follow-training.js";
import { namedLessons, type TrueWorld, writeLessons } from "./true-world.js";

/** What all tasks share. */
export interface TaskSetup {
  readonly world: TrueWorld;
  /** Folder of the base. */
  readonly base: string;
  /** Holds pictures, runs and what is computed once. */
  readonly folder: string;
  readonly threads?: number | undefined;
  readonly drawings: DrawingSize;
  /** That a tune is given. */
  readonly minutes: number;
}

/** A task whose pictures are drawn. */
export interface BegunTask {
  /** What the base draws of it. */
  readonly ofBase: DrawnScores;
  /** Ids of contenders, tuning first: the others are cut off after as much time. */
  readonly contenders: readonly string[];
  /**
   * @param tuneSeconds that the tune took
   * @throws AtelierError as `tune` and `train`; `aborted` on the signal.
   */
  readonly run: (
    contender: string,
    options: { readonly tuneSeconds: number; readonly signal: AbortSignal },
  ) => Promise<Entry>;
  /** Removes what it has left behind. */
  readonly remove: () => Promise<void>;
}

/** Ids of the contenders that are no recipe. */
export const ownContenders = ["tune", "usual"] as const;

/** Draws the pictures of a task. */
export async function beginTask(setup: TaskSetup, task: TuneTask): Promise<BegunTask> {
  const { world, base, threads, drawings } = setup;
  const { subject, pictures } = task;
  const folder = join(setup.folder, task.id);
  const lessons = namedLessons(subject, pictures);
  const places = { base, lessons: join(folder, "lessons"), cache: join(setup.folder, "cache") };
  await writeLessons(world.draw, { subject, calls: callsOf(task), lessons }, places.lessons);
  const requestsFor = (calls: string): DrawingRequest[] => [
    ...subjectRequests(subject, calls, drawings.subject),
    ...unrelatedRequests(drawings.unrelated),
  ];
  const begun: Begun = {
    ...{ setup, task, lessons, requests: requestsFor(callsOf(task)) },
    placesOf: (id) => ({ ...places, threads, run: join(folder, id) }),
  };
  // The base has never read the identifier.
  const drawn = await world.drawWithBase(requestsFor(subject.className));
  return {
    ofBase: await judged(begun, { step: 0, drawn, heldOut: [] }),
    contenders: [...ownContenders, ...recipes.map(({ id }) => id)],
    async run(contender, { tuneSeconds, signal }) {
      const places = begun.placesOf(contender);
      // Of one that was cut off.
      await rm(places.run, { recursive: true, force: true });
      const recipe = recipes.find(({ id }) => id === contender);
      if (recipe !== undefined) return runRecipe(begun, recipe, { tuneSeconds, signal });
      const made =
        contender === "tune" ? await runTune(begun, signal) : await runUsual(begun, signal);
      return { contender, whole: made };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

interface Begun {
  readonly setup: TaskSetup;
  readonly task: TuneTask;
  readonly lessons: readonly Lesson[];
  readonly requests: readonly DrawingRequest[];
  readonly placesOf: (contender: string) => Parameters<typeof configOfRecipe>[2];
}

/** Trains a recipe, and measures it where the tune's time is over and at its end. */
async function runRecipe(
  begun: Begun,
  recipe: Recipe,
  { tuneSeconds, signal }: { readonly tuneSeconds: number; readonly signal: AbortSignal },
): Promise<Entry> {
  const { setup, task, requests } = begun;
  const config = configOfRecipe(recipe, task, begun.placesOf(recipe.id));
  const began = performance.now();
  let cut: { readonly step: number; readonly seconds: number } | undefined;
  const followed = await followToEnd(setup.world, {
    ...{ ...learned(begun), config, signal },
    truth: () => ({
      requestsAt: () => requests,
      due(step, spent) {
        const seconds = (performance.now() - began) / 1000 - spent;
        if (cut === undefined && seconds >= tuneSeconds && step < config.steps) {
          cut = { step, seconds };
          return true;
        }
        return step === config.steps;
      },
    }),
  });
  const outcomeAt = async (step: number, seconds: number) => {
    const drawn = followed.measured.drawn.find((look) => look.step === step)?.pictures;
    return drawn && outcome(begun, followed, { step, seconds, drawn });
  };
  const whole = followed.done && (await outcomeAt(config.steps, followed.seconds));
  const early = cut && (await outcomeAt(cut.step, cut.seconds));
  return {
    contender: recipe.id,
    ...(whole === undefined ? {} : { whole }),
    ...(early === undefined ? {} : { cut: early }),
  };
}

/** Trains the usual settings, and measures what they have kept. */
async function runUsual(begun: Begun, signal: AbortSignal): Promise<Outcome> {
  const config = configOfUsual(begun.task, begun.placesOf("usual"));
  const followed = await followToEnd(begun.setup.world, {
    ...{ ...learned(begun), config, signal },
    truth: keptTruth,
  });
  return keptOutcome(begun, followed, followed.seconds);
}

/** Tunes, and measures what the final training has kept. */
async function runTune(begun: Begun, signal: AbortSignal): Promise<Outcome> {
  const { setup, task } = begun;
  const { run: folder, ...places } = begun.placesOf("tune");
  const config = configToTune(task, places);
  let stage: ProbeStage | undefined;
  let last: Followed | undefined;
  let final = 0;
  const trainer: Trainer = (own: TrainConfig, options) =>
    stage === "final" || stage === "defaults"
      ? (async function* () {
          const began = performance.now();
          last = yield* followTraining(setup.world, {
            ...{ ...learned(begun), config: own, ...options },
            truth: keptTruth,
          });
          final = (performance.now() - began) / 1000;
        })()
      : train(
          own,
          { ...nodeTrainDeps(own), runtime: setup.world.runtime },
          options.signal,
          options.resume,
        );
  const settings = {
    config,
    minutes: setup.minutes,
    prefer: "balance",
    vary: factorKinds,
  } as const;
  const deps = { files: nodeFiles, lockFolder, now: Date.now, train: trainer };
  const began = performance.now();
  for await (const event of tune(deps, { folder, settings, signal })) {
    if (event.type === "probe") ({ stage } = event.probe);
  }
  signal.throwIfAborted();
  if (last === undefined) throw internalError("experiment: a tune without a final training");
  // What was measured beside the final training is no part of the tune.
  const seconds = (performance.now() - began) / 1000 - (final - last.seconds);
  return keptOutcome(begun, last, seconds);
}

/** Measured wherever the run's own watch looks, since any look may be the one that is kept. */
const keptTruth = ({ watch }: RunPlan) => ({
  requestsAt: () => [],
  due: (step: number) => watch?.steps.includes(step) === true,
});

async function keptOutcome(begun: Begun, followed: Followed, seconds: number): Promise<Outcome> {
  const { done } = followed;
  const path = done && resultOfKind(done.results, "adapter")?.path;
  if (path === undefined) throw internalError(`${begun.task.id}: a run without an adapter`);
  const step = done?.kept?.best.step ?? followed.doneSteps;
  const drawn = await begun.setup.world.drawWithAdapter(path, begun.requests);
  return outcome(begun, followed, { step, seconds, drawn });
}

async function outcome(
  begun: Begun,
  { measured, watch }: Followed,
  { step, seconds, drawn }: Made,
): Promise<Outcome> {
  const truth = truthPoints(measured.rows, measured.start, measured.looks).find(
    (point) => point.step === step,
  );
  if (truth === undefined) throw internalError(`${begun.task.id}: no truth of step ${step}`);
  const heldOut = watch?.heldOut ?? [];
  return { step, seconds, truth, drawn: await judged(begun, { step, drawn, heldOut }) };
}

interface Made {
  readonly step: number;
  readonly seconds: number;
  readonly drawn: readonly RgbPicture[];
}

async function judged(
  { setup: { world, drawings }, task: { subject }, lessons }: Begun,
  { step, drawn, heldOut }: Omit<Made, "seconds"> & { readonly heldOut: readonly string[] },
): Promise<DrawnScores> {
  const trained = lessons.filter(({ name }) => !heldOut.includes(name));
  const pictures = await Promise.all(trained.map(({ scene }) => world.draw(subject, scene)));
  return world.judgeDrawings(subject, pictures, {
    step,
    subject: drawn.slice(0, drawings.subject),
    unrelated: drawn.slice(drawings.subject),
  });
}

const learned = ({ task, lessons }: Begun) => ({
  ...{ subject: task.subject, calls: callsOf(task), lessons },
});
