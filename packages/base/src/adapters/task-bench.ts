/** @file Tasks of experiments that compare trainings: a subject's pictures, what contenders make of them, and what is true of that. */

import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { RgbPicture } from "@atelier/diffusion/core";
import type { RunPlan } from "@atelier/diffusion/train";
import { internalError } from "@atelier/engine";
import { callsOf, type TaskPlaces } from "../experiments/tune/contenders.js";
import type { Entry, Outcome } from "../experiments/tune/task-record.js";
import type { TuneTask } from "../experiments/tune/tune-tasks.js";
import {
  type DrawingSize,
  subjectRequests,
  unrelatedRequests,
} from "../experiments/verdicts/drawings.js";
import type { DrawnScores } from "../experiments/verdicts/record.js";
import { truthPoints } from "../experiments/verdicts/true-scores.js";
import type { DrawingRequest, MeasuredTruth } from "../experiments/verdicts/truth-watcher.js";
import type { Followed } from "./follow-training.js";
import { type LessonsOfRun, namedLessons, type TrueWorld, writeLessons } from "./true-world.js";

/** What all tasks share. */
export interface TaskSetup {
  readonly world: TrueWorld;
  /** Folder of the base. */
  readonly base: string;
  /** Holds pictures, runs and what is computed once. */
  readonly folder: string;
  readonly threads?: number | undefined;
  readonly drawings: DrawingSize;
}

/** Makes something of a task. */
export interface Contender {
  /** Of its entries. */
  readonly ids: readonly string[];
  /**
   * @param before entries of other contenders
   * @throws AtelierError as `train`; `aborted` on the signal.
   */
  readonly run: (
    task: BegunTask,
    options: { readonly before: readonly Entry[]; readonly signal: AbortSignal },
  ) => Promise<readonly Entry[]>;
}

/** A task whose pictures are drawn. */
export interface BegunTask {
  readonly setup: TaskSetup;
  readonly task: TuneTask;
  /** Of a training on all pictures. */
  readonly learned: LessonsOfRun;
  /** What is drawn to be judged. */
  readonly requests: readonly DrawingRequest[];
  /** What the base draws of it. */
  readonly ofBase: DrawnScores;
  /** Where a contender finds and leaves what; nothing is there before it begins. */
  readonly placesOf: (contender: string) => Promise<TaskPlaces & { readonly run: string }>;
  /** Removes what it has left behind. */
  readonly remove: () => Promise<void>;
}

/** Draws the pictures of a task. */
export async function beginTask(setup: TaskSetup, task: TuneTask): Promise<BegunTask> {
  const { world, base, threads } = setup;
  const { subject, pictures } = task;
  const folder = join(setup.folder, task.id);
  const learned = { subject, calls: callsOf(task), lessons: namedLessons(subject, pictures) };
  const lessons = join(folder, "lessons");
  await writeLessons(world.draw, learned, lessons);
  // The base has never read the identifier.
  const drawn = await world.drawWithBase(requestsOf(setup, learned, subject.className));
  return {
    ...{ setup, task, learned, requests: requestsOf(setup, learned) },
    ofBase: await judged({ setup, learned }, { step: 0, drawn, heldOut: [] }),
    async placesOf(contender) {
      const run = join(folder, contender);
      // Of one that was cut off.
      await rm(run, { recursive: true, force: true });
      return { base, lessons, cache: join(setup.folder, "cache"), threads, run };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Drawings of the subject, then of other things. @param calls what the prompts call the subject */
export function requestsOf(
  { drawings }: Pick<TaskSetup, "drawings">,
  { subject, calls: usual }: LessonsOfRun,
  calls: string = usual,
): DrawingRequest[] {
  return [
    ...subjectRequests(subject, calls, drawings.subject),
    ...unrelatedRequests(drawings.unrelated),
  ];
}

/** What is measured where the run's own watch looks, since any look may be the one that is kept; nothing is drawn. */
export const wherever = ({
  watch,
}: RunPlan): { readonly requestsAt: () => []; readonly due: (step: number) => boolean } => ({
  requestsAt: () => [],
  due: (step) => watch?.steps.includes(step) === true,
});

/** Of a training what its outcome is told by. */
export interface MeasuredTraining extends Pick<Followed, "watch"> {
  readonly measured: Pick<MeasuredTruth, "rows" | "start" | "looks">;
}

/** What a training has made by a step. */
export interface Made {
  readonly step: number;
  /** Of the training up to there. */
  readonly seconds: number;
  /** In the order of the requests. */
  readonly drawn: readonly RgbPicture[];
}

/** What is true of what a followed training has made. */
export async function outcomeOf(
  begun: Pick<BegunTask, "setup" | "learned" | "task">,
  { measured, watch }: MeasuredTraining,
  { step, seconds, drawn }: Made,
): Promise<Outcome> {
  const truth = truthPoints(measured.rows, measured.start, measured.looks).find(
    (point) => point.step === step,
  );
  if (truth === undefined) throw internalError(`${begun.task.id}: no truth of step ${step}`);
  const heldOut = watch?.heldOut ?? [];
  return { step, seconds, truth, drawn: await judged(begun, { step, drawn, heldOut }) };
}

/** Beside the pictures in training. */
async function judged(
  {
    setup: { world, drawings },
    learned: { subject, lessons },
  }: Pick<BegunTask, "setup" | "learned">,
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
