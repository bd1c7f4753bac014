/** @file One run of the experiment of verdicts: its pictures written, trained on, watched, measured, judged. */

import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RgbPicture } from "@atelier/diffusion/core";
import type { Judge } from "@atelier/diffusion/evaluate";
import { encodePng, openModelFiles } from "@atelier/diffusion/files";
import { nodeTrainDeps, sharpPictures } from "@atelier/diffusion/node";
import { generate, loadPipeline, type Pipeline } from "@atelier/diffusion/pipeline";
import {
  type LookEvent,
  type TrainConfig,
  type TrainDeps,
  train,
  type WatchPlanEvent,
} from "@atelier/diffusion/train";
import { AtelierError, internalError, type Runtime } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import {
  createDrawingJudge,
  type DrawingJudge,
  type DrawingSize,
  subjectRequests,
  unrelatedRequests,
} from "../experiments/verdicts/drawings.js";
import type { DrawnScores, RunRecord } from "../experiments/verdicts/record.js";
import { callsOf, configOfRun } from "../experiments/verdicts/run-config.js";
import type { RunSpec } from "../experiments/verdicts/run-list.js";
import { lessonsOf, type Subject, subjectMark } from "../experiments/verdicts/subjects.js";
import { truthPoints } from "../experiments/verdicts/true-scores.js";
import { createTruth, type Lesson, type TruthSize } from "../experiments/verdicts/truth-rows.js";
import {
  type DrawingRequest,
  type MeasuredTruth,
  type TruthWatcher,
  truthWatcher,
} from "../experiments/verdicts/truth-watcher.js";
import type { Scene } from "../world/scene.js";
import { createMascotWorldRenderer } from "./render-mascot.js";
import { createSceneRenderer } from "./render-scenes.js";

/** Everything that runs share. */
export interface Bench extends AsyncDisposable {
  /** Does one run. @throws AtelierError `aborted` on the signal, and as `train`. */
  readonly run: (spec: RunSpec, signal: AbortSignal) => Promise<RunRecord>;
}

/** What a bench is made of. */
export interface BenchOptions {
  /** Folder of the base. */
  readonly base: string;
  readonly runtime: Runtime;
  readonly judge: Judge;
  /** Holds pictures, runs and what is computed once. */
  readonly folder: string;
  readonly threads?: number | undefined;
  readonly truth: TruthSize;
  readonly drawings: DrawingSize;
}

/** Opens the base for all runs. */
export async function openBench(options: BenchOptions): Promise<Bench> {
  const { runtime } = options;
  const base = await loadPipeline(await openModelFiles(nodeFiles, options.base), {
    runtime,
    files: nodeFiles,
  });
  const renderers = { world: createSceneRenderer(), mascot: createMascotWorldRenderer() };
  const draw = (subject: Subject | undefined, scene: Scene): Promise<RgbPicture> =>
    renderers[subject?.id === "mascot" ? "mascot" : "world"].render(scene);
  const tools = { draw, decoder: sharpPictures, runtime, base };
  const judgeDrawings = createDrawingJudge(options.judge, draw);
  const shared: Shared = {
    ...{ options, draw, judgeDrawings },
    truthOf: createTruth(tools, options.truth),
    drawBase: drawer(base),
  };
  return {
    run: (spec, signal) => doRun(shared, spec, signal),
    [Symbol.asyncDispose]: () => base[Symbol.asyncDispose](),
  };
}

interface Shared {
  readonly options: BenchOptions;
  readonly draw: (subject: Subject | undefined, scene: Scene) => Promise<RgbPicture>;
  readonly judgeDrawings: DrawingJudge;
  readonly truthOf: ReturnType<typeof createTruth>;
  readonly drawBase: (requests: readonly DrawingRequest[]) => Promise<RgbPicture[]>;
}

interface Prepared {
  readonly spec: RunSpec;
  readonly config: TrainConfig;
  readonly lessons: readonly Lesson[];
}

async function doRun(shared: Shared, spec: RunSpec, signal: AbortSignal): Promise<RunRecord> {
  const { options } = shared;
  const folder = join(options.folder, "runs", spec.id);
  const processorBefore = process.cpuUsage();
  // Of a run that was cut off.
  await rm(folder, { recursive: true, force: true });
  const pictures = join(folder, "lessons");
  const lessons = await writeLessons(shared, spec, pictures);
  const config = configOfRun(spec, {
    ...{ base: options.base, lessons: pictures, run: join(folder, "run") },
    ...{ cache: join(options.folder, "cache"), threads: options.threads },
  });
  const followed = await follow(shared, { spec, config, lessons }, signal);
  const drawn = await judgeAll(shared, { spec, config, lessons }, followed);
  await rm(folder, { recursive: true, force: true });
  const { user, system } = process.cpuUsage(processorBefore);
  return recordOf(spec, { ...followed, drawn, processor: (user + system) / 1e6 });
}

async function judgeAll(
  { options: { drawings }, draw, drawBase, judgeDrawings }: Shared,
  { spec: { subject }, lessons }: Prepared,
  { plan, measured }: Followed,
): Promise<DrawnScores[]> {
  const heldOut = new Set(plan.heldOut);
  const trained = lessons.filter(({ name }) => !heldOut.has(name));
  const pictures = await Promise.all(trained.map(({ scene }) => draw(subject, scene)));
  // The base has never read the identifier, nor a new word.
  const ofBase = [
    ...subjectRequests(subject, subject.className, drawings.subject),
    ...unrelatedRequests(drawings.unrelated),
  ];
  const looks = [{ step: 0, pictures: await drawBase(ofBase) }, ...measured.drawn];
  const drawn: DrawnScores[] = [];
  for (const { step, pictures: all } of looks) {
    const parts = {
      subject: all.slice(0, drawings.subject),
      unrelated: all.slice(drawings.subject),
    };
    drawn.push(await judgeDrawings(subject, pictures, { step, ...parts }));
  }
  return drawn;
}

function recordOf(
  { subject, ...spec }: RunSpec,
  followed: Followed & { readonly drawn: readonly DrawnScores[]; readonly processor: number },
): RunRecord {
  const { plan, looks, measured, drawn, doneSteps, seconds, processor } = followed;
  const { rows, start, seconds: beside } = measured;
  const [first, ...later] = looks;
  if (first === undefined) throw internalError(`${spec.id}: a watched run without a look`);
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
      run: seconds - beside.losses - beside.drawings,
      watch: looks.reduce((sum, look) => sum + look.seconds, 0),
      truth: beside.losses,
      drawings: beside.drawings,
      processor,
    },
    doneSteps,
  };
}

/** A run that was followed to its end. */
interface Followed {
  readonly plan: WatchPlanEvent;
  readonly looks: readonly LookEvent[];
  readonly measured: MeasuredTruth;
  readonly doneSteps: number;
  /** From its plan on. */
  readonly seconds: number;
}

/** Trains, and keeps what is told. A run whose numbers overflow is a finding, not an error. */
async function follow(
  { options, truthOf }: Shared,
  { spec, config, lessons }: Prepared,
  signal: AbortSignal,
): Promise<Followed> {
  const { subject } = spec;
  const looks: LookEvent[] = [];
  let plan: WatchPlanEvent | undefined;
  let truth: TruthWatcher | undefined;
  let doneSteps = 0;
  const deps: TrainDeps = {
    ...nodeTrainDeps(config),
    runtime: options.runtime,
    watchers(runPlan) {
      const heldOut = new Set(plan?.heldOut);
      const trained = lessons.filter(({ name }) => !heldOut.has(name));
      const own = { plan: runPlan, subject, calls: callsOf(spec), lessons: trained };
      const requestsAt = drawingsAt(options.drawings, spec, plan?.steps ?? []);
      const rows = () => truthOf({ ...own, hasHeldOut: heldOut.size > 0 });
      truth = truthWatcher(runPlan, { rows, requestsAt });
      return truth.watchers;
    },
  };
  const began = performance.now();
  try {
    for await (const event of train(config, deps, signal)) {
      if (event.type === "watch") plan = event;
      else if (event.type === "look") looks.push(event);
      else if (event.type === "step") doneSteps = event.step;
    }
  } catch (error) {
    if (!(error instanceof AtelierError && error.code === "training")) throw error;
  }
  signal.throwIfAborted();
  const seconds = (performance.now() - began) / 1000;
  const measured = truth?.measured();
  if (plan === undefined || measured === undefined) {
    throw internalError(`${spec.id}: a run that was not watched`);
  }
  return { plan, looks, measured, doneSteps, seconds };
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

async function writeLessons(
  { draw }: Pick<Shared, "draw">,
  spec: RunSpec,
  folder: string,
): Promise<Lesson[]> {
  const { subject, pictures, sabotage } = spec;
  const lessons = lessonsOf(subject, pictures);
  // Every caption belongs to another picture.
  const shift = sabotage === "shuffled" ? 1 : 0;
  const named = lessons.map(({ scene }, index): Lesson => {
    const { caption = "" } = lessons[(index + shift) % lessons.length] ?? {};
    return { name: `${String(index + 1).padStart(2, "0")}.png`, scene, caption };
  });
  await mkdir(folder, { recursive: true });
  for (const { name, scene, caption } of named) {
    const path = join(folder, name);
    await writeFile(path, await encodePng(await draw(subject, scene)));
    const text = caption.replace(subjectMark, callsOf(spec));
    await writeFile(path.replace(/png$/u, "txt"), `${text}\n`);
  }
  return named;
}

/** Draws with the base itself; what was drawn once is kept. */
function drawer(base: Pipeline): Shared["drawBase"] {
  const kept = new Map<string, RgbPicture>();
  return async (requests) => {
    const drawn: RgbPicture[] = [];
    for (const request of requests) {
      const key = `${request.seed} ${request.prompt}`;
      let picture = kept.get(key);
      if (picture === undefined) {
        for await (const event of generate(base, request)) {
          if (event.type === "image") ({ picture } = event);
        }
      }
      if (picture === undefined) throw internalError("experiment: nothing was drawn");
      kept.set(key, picture);
      drawn.push(picture);
    }
    return drawn;
  };
}
