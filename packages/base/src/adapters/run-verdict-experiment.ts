/** @file One run of the experiment of verdicts: its pictures written, trained on, watched, measured, judged. */

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { internalError } from "@atelier/engine";
import {
  type DrawingSize,
  subjectRequests,
  unrelatedRequests,
} from "../experiments/verdicts/drawings.js";
import type { DrawnScores, RunRecord } from "../experiments/verdicts/record.js";
import { callsOf, configOfRun } from "../experiments/verdicts/run-config.js";
import type { RunSpec } from "../experiments/verdicts/run-list.js";
import { truthPoints } from "../experiments/verdicts/true-scores.js";
import type { Lesson } from "../experiments/verdicts/truth-rows.js";
import { type DrawingRequest, fixedEvery } from "../experiments/verdicts/truth-watcher.js";
import { type Followed, followToEnd } from "./follow-training.js";
import {
  namedLessons,
  openTrueWorld,
  type TrueWorld,
  type TrueWorldOptions,
  writeLessons,
} from "./true-world.js";

/** Everything that runs share. */
export interface Bench extends AsyncDisposable {
  /** Does one run. @throws AtelierError as `followTraining`. */
  readonly run: (spec: RunSpec, signal: AbortSignal) => Promise<RunRecord>;
}

/** What a bench is made of. */
export interface BenchOptions extends TrueWorldOptions {
  /** Holds pictures, runs and what is computed once. */
  readonly folder: string;
  readonly threads?: number | undefined;
  readonly drawings: DrawingSize;
}

/** Opens the base for all runs. */
export async function openBench(options: BenchOptions): Promise<Bench> {
  const world = await openTrueWorld(options);
  return {
    run: (spec, signal) => doRun({ options, world }, spec, signal),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

interface Shared {
  readonly options: BenchOptions;
  readonly world: TrueWorld;
}

interface Prepared {
  readonly spec: RunSpec;
  readonly lessons: readonly Lesson[];
}

async function doRun(shared: Shared, spec: RunSpec, signal: AbortSignal): Promise<RunRecord> {
  const { options, world } = shared;
  const { subject } = spec;
  const folder = join(options.folder, "runs", spec.id);
  const processorBefore = process.cpuUsage();
  // Of a run that was cut off.
  await rm(folder, { recursive: true, force: true });
  const pictures = join(folder, "lessons");
  // Every caption belongs to another picture.
  const lessons = namedLessons(subject, spec.pictures, spec.sabotage === "shuffled" ? 1 : 0);
  await writeLessons(world.draw, { subject, calls: callsOf(spec), lessons }, pictures);
  const config = configOfRun(spec, {
    ...{ base: options.base, lessons: pictures, run: join(folder, "run") },
    ...{ cache: join(options.folder, "cache"), threads: options.threads },
  });
  const followed = await followToEnd(world, {
    ...{ config, subject, calls: callsOf(spec), lessons, signal },
    truth: ({ watch }) => ({
      requestsAt: drawingsAt(options.drawings, spec, watch?.steps ?? []),
      fixedEvery,
    }),
  });
  const drawn = await judgeAll(shared, { spec, lessons }, followed);
  await rm(folder, { recursive: true, force: true });
  const { user, system } = process.cpuUsage(processorBefore);
  return recordOf(spec, { ...followed, drawn, processor: (user + system) / 1e6 });
}

async function judgeAll(
  { options: { drawings }, world }: Shared,
  { spec: { subject }, lessons }: Prepared,
  { watch, measured }: Followed,
): Promise<DrawnScores[]> {
  const heldOut = new Set(watch?.heldOut);
  const trained = lessons.filter(({ name }) => !heldOut.has(name));
  const pictures = await Promise.all(trained.map(({ scene }) => world.draw(subject, scene)));
  // The base has never read the identifier, nor a new word.
  const ofBase = [
    ...subjectRequests(subject, subject.className, drawings.subject),
    ...unrelatedRequests(drawings.unrelated),
  ];
  const looks = [{ step: 0, pictures: await world.drawWithBase(ofBase) }, ...measured.drawn];
  const drawn: DrawnScores[] = [];
  for (const { step, pictures: all } of looks) {
    const parts = {
      subject: all.slice(0, drawings.subject),
      unrelated: all.slice(drawings.subject),
    };
    drawn.push(await world.judgeDrawings(subject, pictures, { step, ...parts }));
  }
  return drawn;
}

function recordOf(
  { subject, ...spec }: RunSpec,
  followed: Followed & { readonly drawn: readonly DrawnScores[]; readonly processor: number },
): RunRecord {
  const { watch: plan, looks, measured, drawn, doneSteps, seconds, processor } = followed;
  const { rows, start, seconds: beside } = measured;
  const [first, ...later] = looks;
  if (plan === undefined || first === undefined) {
    throw internalError(`${spec.id}: a run that was not watched`);
  }
  return {
    version: 1,
    run: { ...spec, subject: subject.id, split: subject.split },
    heldOut: plan.heldOut.length,
    banks: plan.banks,
    start: first.rows,
    looks: later.map(({ step, rows: values, gradNorm }) => ({ step, rows: values, gradNorm })),
    spare: {
      bank: rows.spare.bank,
      rows: rows.spare.rows.map(({ picture, time, half }) => ({ picture, time, half })),
      start: start.spare ?? [],
      looks: measured.looks.map(({ losses: { spare = [] } }) => spare),
    },
    truth: truthPoints(rows, start, measured.looks),
    drawn,
    fixedLosses: measured.fixedLosses,
    seconds: {
      run: seconds,
      watch: looks.reduce((sum, look) => sum + look.seconds, 0),
      truth: beside.losses,
      drawings: beside.drawings,
      processor,
    },
    doneSteps,
  };
}

/** The subject at three looks, other things at the last of them. */
function drawingsAt(
  size: DrawingSize,
  spec: RunSpec,
  looks: readonly number[],
): (step: number) => readonly DrawingRequest[] {
  const ofSubject = subjectRequests(spec.subject, callsOf(spec), size.subject);
  const last = looks.at(-1);
  const some = new Set([looks[looks.length - 7], looks[looks.length - 4], last]);
  return (step) => {
    if (!some.has(step)) return [];
    return step === last ? [...ofSubject, ...unrelatedRequests(size.unrelated)] : ofSubject;
  };
}
