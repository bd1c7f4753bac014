/** @file Measures everything that the quality table of the embedded base asks for. */

import { type Judge, openJudge } from "@atelier/diffusion/evaluate";
import { openModelFiles } from "@atelier/diffusion/files";
import { generate, loadPipeline, type Pipeline } from "@atelier/diffusion/pipeline";
import type { FileStore, Runtime } from "@atelier/engine";
import { embeddedBaseInWords } from "../../embedded/names.js";
import { groupSize } from "../instance-groups.js";
import { openInstancePools } from "../instance-pool.js";
import { drawHeldOutTrials, scoreTrials, trialGroups } from "../instance-retrieval.js";
import type { InstanceIcons } from "../instance-views.js";
import type { DrawScene } from "../recipe.js";
import { readTrainingRecord } from "../training-record.js";
import { type Calibration, calibrate } from "./calibration.js";
import { type DrawnScene, drawScenes } from "./draw-scenes.js";
import { judgeDrawn } from "./judge-drawn.js";
import { measureDiversity } from "./measure-diversity.js";
import { measureStructure, reconstruct } from "./measure-structure.js";
import { modelSize } from "./model-size.js";
import type { Quality } from "./quality.js";
import { reconstructScenes } from "./reconstruct.js";

/** What is measured, with what. */
export interface MeasureOptions {
  readonly files: FileStore;
  /** An exported model, its judges included. */
  readonly folder: string;
  readonly runtime: Runtime;
  /** Of the runtime, and the processor that they run on: seconds mean nothing without. */
  readonly machine: Pick<Quality["speed"], "threads" | "processor">;
  readonly draw: DrawScene;
  /** Draws scenes with the demo's mascot for a robot. */
  readonly drawMascot: DrawScene;
  readonly icons: InstanceIcons;
  readonly prompts?: number;
  /** Two at least. */
  readonly picturesPerPrompt?: number;
  /** Renders that the autoencoder reconstructs. */
  readonly reconstructed?: number;
  /** Single objects that are compared with their renders pixel by pixel. */
  readonly compared?: number;
  /** Things that are asked for by name alone. */
  readonly named?: number;
  /** Trials of the instance judge. */
  readonly trials?: number;
}

/** A part of the measurement. */
export type MeasureStage =
  | "speed"
  | "drawing"
  | "judging"
  | "calibration"
  | "structure"
  | "diversity"
  | "reconstruction"
  | "instances";

/** How far a part is. */
export interface MeasureProgress {
  readonly stage: MeasureStage;
  readonly done: number;
  readonly total: number;
}

/** The numbers, and the pictures that they were taken from. */
export interface Measured {
  readonly quality: Quality;
  readonly drawn: readonly DrawnScene[];
  readonly calibration: readonly Calibration[];
}

/** Pictures whose median time counts. */
const timedPictures = 7;

/**
 * Measures a model.
 * @throws AtelierError as `openModelFiles` and `openJudge`, `aborted`; what the signal was aborted with.
 */
export async function* measureQuality(
  options: MeasureOptions,
  signal?: AbortSignal,
): AsyncGenerator<MeasureProgress, Measured, undefined> {
  const { files, folder, runtime, machine, draw, drawMascot, icons } = options;
  const { prompts = 200, picturesPerPrompt = 4, reconstructed = 200, trials = 4 } = options;
  const { compared = 96, named = 16 } = options;
  const training = await readTrainingRecord(files, folder);
  await using judge = await openJudge(files, folder, { runtime, name: embeddedBaseInWords });
  const checkpoint = await openModelFiles(files, folder);
  await using pipeline = await loadPipeline(checkpoint, { runtime, files });
  const secondsPerPicture = yield* staged("speed", timedPictures, timePictures(pipeline, signal));
  const drawing = drawScenes(pipeline, { draw, prompts, picturesPerPrompt }, signal);
  const drawn = yield* staged("drawing", prompts * picturesPerPrompt, drawing);
  const judged = yield* staged("judging", prompts, judgeDrawn(judge, drawn, signal));
  yield { stage: "calibration", done: 0, total: 1 };
  const calibration = await calibrate({
    ...{ draw, drawMascot, judge },
    reconstruct: (picture) => reconstruct(pipeline, picture),
  });
  yield { stage: "calibration", done: 1, total: 1 };
  const comparing = measureStructure(pipeline, { draw, pictures: compared }, signal);
  const { generated: structures, autoencoder } = yield* staged("structure", compared, comparing);
  const naming = measureDiversity(pipeline, judge, { named, picturesPerPrompt }, signal);
  const unsaid = yield* staged("diversity", named, naming);
  const reconstructing = reconstructScenes(pipeline, { draw, pictures: reconstructed }, signal);
  const reconstruction = yield* staged("reconstruction", reconstructed, reconstructing);
  const instanceJudge = yield* staged(
    "instances",
    2,
    tryInstances(judge, { icons, trials }, signal),
  );
  const { steps = Number.NaN, guidanceScale = Number.NaN } = pipeline.generation;
  const quality: Quality = {
    sample: { prompts, picturesPerPrompt, steps, guidanceScale },
    ...judged,
    ...structures,
    autoencoder,
    calibration: calibration.map(({ what, structureOfObject, instance }) => ({
      ...{ what, structureOfObject, instance },
    })),
    diversity: { ...judged.diversity, unsaid },
    reconstruction,
    instanceJudge,
    speed: { secondsPerPicture, ...machine },
    size: await modelSize(files, folder),
    training,
    judges: { clip: judge.clip.description, instance: judge.instance.description },
  };
  return { quality, drawn, calibration };
}

/** Progress out of the numbers of a part. */
async function* staged<Result>(
  stage: MeasureStage,
  total: number,
  work: AsyncGenerator<number, Result, undefined>,
): AsyncGenerator<MeasureProgress, Result, undefined> {
  yield { stage, done: 0, total };
  for (;;) {
    const next = await work.next();
    if (next.done === true) return next.value;
    yield { stage, done: next.value, total };
  }
}

/** The median of single pictures, from prompt to pixels, when everything is compiled. */
async function* timePictures(
  pipeline: Pipeline,
  signal?: AbortSignal,
): AsyncGenerator<number, number, undefined> {
  const seconds: number[] = [];
  for (let index = 0; index <= timedPictures; index++) {
    const begun = performance.now();
    const options = { prompt: "a noto style dog on a red background", seed: index };
    for await (const _ of generate(pipeline, options, signal));
    // The first one compiles.
    if (index > 0) seconds.push((performance.now() - begun) / 1000);
    yield index;
  }
  seconds.sort((a, b) => a - b);
  return seconds[Math.floor(timedPictures / 2)] ?? Number.NaN;
}

async function* tryInstances(
  { instance }: Judge,
  { icons, trials }: { readonly icons: InstanceIcons; readonly trials: number },
  signal?: AbortSignal,
): AsyncGenerator<number, Quality["instanceJudge"], undefined> {
  const pools = await openInstancePools(icons);
  const { heldOut, unseenStyle } = await drawHeldOutTrials(icons, { pools, count: trials });
  signal?.throwIfAborted();
  const seen = await scoreTrials(heldOut, instance);
  yield 1;
  const unseen = await scoreTrials(unseenStyle, instance);
  yield 2;
  return {
    things: trialGroups * groupSize,
    heldOut: seen.retrievalAccuracy,
    unseenStyle: unseen.retrievalAccuracy,
  };
}
