/**
 * @file A LoRA training from config to adapter, as a stream of events: plan, cached latents and text
 * states, steps, samples, checkpoints. Whoever reads the stream sees the whole run; nothing else is
 * printed or called.
 */

import { AtelierError, messageOf, type Runtime } from "@atelier/engine";
import type { PictureDecoder } from "../data/picture-decoder.js";
import type { Pipeline } from "../pipeline/pipeline.js";
import { drawSamples, stepName } from "./draw-samples.js";
import { warningText } from "./messages.js";
import { planRun, type RunPlan } from "./plan-run.js";
import { reporting } from "./progress.js";
import { openRunFolder, type RunFolder, type RunFolderDeps } from "./run-folder.js";
import { saveAdapter } from "./save-adapter.js";
import type { BaseConfig, TrainConfig } from "./train-config.js";
import type {
  EndEvent,
  PlanEvent,
  ProgressEvent,
  TrainEvent,
  WarningEvent,
} from "./train-event.js";
import { listPictures, prepareData, type TrainingData } from "./training-data.js";
import { createTrainingLoop, type TrainingLoop } from "./training-loop.js";
import { startTraining, type TrainingStart } from "./training-start.js";

/** How a base model is opened. */
export interface OpenBaseOptions {
  readonly signal: AbortSignal | undefined;
  /** Told while the base is downloaded. */
  readonly onProgress: (event: ProgressEvent) => void;
}

/** What a training needs of the platform. */
export interface TrainDeps extends RunFolderDeps {
  readonly runtime: Runtime;
  readonly decoder: PictureDecoder;
  /** Folder of computed tensors where the config names none. */
  readonly cacheFolder: string;
  /** @throws AtelierError when there is no such model or it cannot be run. */
  readonly openBase: (base: BaseConfig, options: OpenBaseOptions) => Promise<Pipeline>;
  /** Resident memory of this process. */
  readonly memoryBytes: () => number;
}

/**
 * Trains a LoRA. The stream ends with `done`, or with `stopped` when the signal asked for it; the
 * adapter is saved in both cases. An error is thrown after the adapter of the last good step is saved.
 * @throws AtelierError `config`, `data`, `file`, `weights`, `runtime`, `training`.
 * @example
 * for await (const event of trainLora(parseTrainConfig(settings), deps, controller.signal)) {
 *   if (event.type === "step") console.log(event.step, event.loss);
 * }
 */
export async function* trainLora(
  config: TrainConfig,
  deps: TrainDeps,
  signal?: AbortSignal,
): AsyncGenerator<TrainEvent, void, undefined> {
  const pipeline = yield* openBase(config, deps, signal);
  let plan: RunPlan;
  try {
    plan = await planRun(config, pipeline, await listPictures(deps.files, config.data));
  } catch (error) {
    await pipeline[Symbol.asyncDispose]();
    throw error;
  }
  await using folder = await openRunFolder(deps, config).catch(async (error: unknown) => {
    await pipeline[Symbol.asyncDispose]();
    throw error;
  });
  try {
    for await (const event of runIn({ folder, plan, pipeline, deps, signal })) {
      await folder.log(event);
      yield event;
    }
  } catch (error) {
    // The first error counts, also where the disk that should hold its record is full.
    await folder.log({ type: "error", message: messageOf(error) }).catch(() => {});
    throw error;
  }
}

const openBase = (
  { base }: TrainConfig,
  deps: TrainDeps,
  signal: AbortSignal | undefined,
): AsyncGenerator<ProgressEvent, Pipeline, undefined> =>
  reporting((onProgress) => deps.openBase(base, { signal, onProgress }));

interface Run {
  readonly folder: RunFolder;
  readonly plan: RunPlan;
  /** For the preparation; disposed after it, so that the autoencoder's memory is free for training. */
  readonly pipeline: Pipeline;
  readonly deps: TrainDeps;
  readonly signal: AbortSignal | undefined;
}

async function* runIn(run: Run): AsyncGenerator<TrainEvent, void, undefined> {
  const { folder, plan, deps, signal } = run;
  const begun = deps.now();
  const end = (type: EndEvent["type"], step: number, adapters: readonly string[]): EndEvent => {
    const seconds = (deps.now() - begun) / 1000;
    return { type, step, folder: folder.path, adapters, seconds };
  };
  let data: TrainingData;
  try {
    data = yield* prepare(run);
  } catch (error) {
    if (!isStop(error, signal)) throw error;
    yield end("stopped", 0, []);
    return;
  }
  await using pipeline = yield* openBase(plan.config, deps, signal);
  const start = yield* begin(run, pipeline);
  await using loop = yield* compile(run, start, data);
  const save = (to: string) =>
    saveAdapter(
      {
        ...plan,
        files: deps.files,
        pipeline,
        captions: plan.pictures.map(({ caption }) => caption),
      },
      { folder: to, step: loop.step, weights: start.adapterOf(loop.values()) },
    );
  try {
    yield* trainSteps(run, { pipeline, start, loop, save });
  } catch (error) {
    if (!isStop(error, signal)) throw await withSaved(error, () => save(folder.path), loop.step);
  }
  const adapters = loop.step === 0 ? [] : await save(folder.path);
  yield end(loop.step === plan.config.steps ? "done" : "stopped", loop.step, adapters);
}

/** The error of a run, which says where the adapter of the last good step is. */
async function withSaved(
  error: unknown,
  save: () => Promise<readonly string[]>,
  step: number,
): Promise<unknown> {
  if (step === 0 || !(error instanceof AtelierError)) return error;
  // Where saving fails as well (a full disk), the first error says why; checkpoints are still there.
  const saved = await save().catch(() => undefined);
  if (saved === undefined) return error;
  return new AtelierError(
    error.code,
    `${error.message} The adapter of step ${step}, the last good one, is saved: ${saved.join(", ")}.`,
    { cause: error, context: { ...error.context, lastGoodStep: step, saved } },
  );
}

/** Whether something was thrown because the signal asked for it. */
function isStop(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true && error instanceof AtelierError && error.code === "aborted";
}

async function* prepare(run: Run): AsyncGenerator<TrainEvent, TrainingData, undefined> {
  await using pipeline = run.pipeline;
  const { folder, plan, deps, signal } = run;
  const { config, pictures, tuning } = plan;
  await folder.writeConfig(config);
  const checkpoints = config.saveEverySteps === 0 ? 0 : config.steps / config.saveEverySteps;
  const forms = config.output.formats === "both" ? 2 : 1;
  // What PiSSA has trained is written with twice the rank.
  const bytes = tuning.parameterCount * 4 * (config.lora.init === "pissa" ? 2 : 1);
  await folder.requireSpace(bytes * forms * (1 + Math.floor(checkpoints)));
  yield planEvent(run);
  yield* [...plan.warnings, ...unusedWarnings(pipeline)].map(warning);
  return yield* prepareData(
    {
      files: deps.files,
      decoder: deps.decoder,
      pipeline,
      cacheFolder: config.cacheFolder ?? deps.cacheFolder,
      data: config.data,
      seed: config.seed,
      trainsTextEncoder: config.lora.textEncoder.train,
      signal,
    },
    pictures,
  );
}

function planEvent({ folder, plan, pipeline }: Run): PlanEvent {
  const { config, pictures, tuning, predictionType, graph } = plan;
  return {
    type: "plan",
    folder: folder.path,
    base: pipeline.name,
    baseFingerprint: pipeline.fingerprint,
    pictures: pictures.length,
    width: config.data.width,
    height: config.data.height,
    steps: config.steps,
    picturesPerStep: config.batchSize * config.gradientAccumulation,
    adaptedLayers: tuning.slots.length,
    trainedParameters: tuning.parameterCount,
    predictionType,
    usesGradientCheckpointing: graph.blocks?.checkpointBlocks === true,
  };
}

const warning = (message: string): WarningEvent => ({ type: "warning", message });

function unusedWarnings({ name, unusedKeys }: Pipeline): string[] {
  return unusedKeys.length === 0 ? [] : [warningText.unusedKeys(name, unusedKeys)];
}

async function* begin(
  { plan, deps }: Run,
  pipeline: Pipeline,
): AsyncGenerator<TrainEvent, TrainingStart, undefined> {
  yield { type: "progress", stage: "compile", done: 0, total: 1 };
  const start = await startTraining(deps.files, plan, pipeline);
  yield* start.warnings.map(warning);
  return start;
}

async function* compile(
  { plan, deps }: Run,
  { values, frozen }: TrainingStart,
  data: TrainingData,
): AsyncGenerator<TrainEvent, TrainingLoop, undefined> {
  const loop = await createTrainingLoop({
    runtime: deps.runtime,
    plan,
    data,
    frozen,
    initial: values,
    memoryBytes: deps.memoryBytes,
  });
  yield { type: "progress", stage: "compile", done: 1, total: 1 };
  return loop;
}

interface Training {
  readonly pipeline: Pipeline;
  readonly start: TrainingStart;
  readonly loop: TrainingLoop;
  readonly save: (folder: string) => Promise<string[]>;
}

async function* trainSteps(
  { plan, folder, deps, signal }: Run,
  { pipeline, start, loop, save }: Training,
): AsyncGenerator<TrainEvent, void, undefined> {
  const { config } = plan;
  const { files } = deps;
  const isDue = (every: number) => every > 0 && loop.step % every === 0;
  while (loop.step < config.steps && signal?.aborted !== true) {
    yield await loop.advance();
    const { step } = loop;
    if (isDue(config.saveEverySteps) && step < config.steps) {
      const paths = await save(files.join(folder.path, "checkpoints", `step-${stepName(step)}`));
      yield { type: "checkpoint", step, paths };
    }
    if (!isDue(config.samples.everySteps)) continue;
    const weights = start.adapterOf(loop.values());
    yield* drawSamples({ files, pipeline, config, folder: folder.path, step, weights, signal });
  }
}
