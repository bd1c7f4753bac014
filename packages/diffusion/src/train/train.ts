/**
 * @file A training from config to result, as a stream of events: plan, cached latents and text
 * states, steps, samples, checkpoints. Whoever reads the stream sees the whole run; nothing else is
 * printed or called.
 */

import { AtelierError, messageOf } from "@atelier/engine";
import { option } from "../core/option-words.js";
import { captionsOfWord } from "../data/caption-templates.js";
import type { Pipeline } from "../pipeline/pipeline.js";
import type { TrainConfig } from "./config/train-config.js";
import { type PreparedRun, prepareRun } from "./data/prepare-run.js";
import { warningText } from "./events/messages.js";
import { reporting } from "./events/progress.js";
import { isStop } from "./events/stop.js";
import type { EndEvent, ProgressEvent, TrainEvent } from "./events/train-event.js";
import {
  type FoundCheckpoint,
  pruneCheckpoints,
  readNewestCheckpoint,
} from "./folder/checkpoints.js";
import { openRunFolder } from "./folder/run-folder.js";
import { createSaver, type Saved, type Saver, withSaved } from "./folder/saver.js";
import type { TrainedResult } from "./parts/tuning-part.js";
import { listPictures } from "./plan/list-pictures.js";
import { planRun, type RunPlan } from "./plan/plan-run.js";
import { checkResult } from "./result/check-result.js";
import type { ResumeOptions, Run, TrainDeps } from "./run.js";
import { startParts, type TrainingStart } from "./step/start-parts.js";
import { createTrainingLoop, type TrainingLoop } from "./step/training-loop.js";
import { drawSamples } from "./watch/draw-samples.js";

/**
 * Trains. The stream ends with `done`, or with `stopped` when the signal asked for it; what was made is
 * saved in both cases. An error is thrown after the result of the last good step is saved.
 * @param resume goes on with the run in `config.output.run` from its newest checkpoint, with the bits
 *   of a run that was never stopped; its config is that of `readRunConfig`
 * @throws AtelierError `config`, `data`, `file`, `weights`, `runtime`, `training`.
 * @example
 * for await (const event of train(parseTrainConfig(settings), deps, controller.signal)) {
 *   if (event.type === "step") console.log(event.step, event.loss);
 * }
 */
export async function* train(
  config: TrainConfig,
  deps: TrainDeps,
  signal?: AbortSignal,
  resume?: ResumeOptions,
): AsyncGenerator<TrainEvent, void, undefined> {
  const pipeline = yield* openBase(config, deps, signal);
  let plan: RunPlan;
  try {
    plan = await planRun(config, pipeline, await listPictures(deps, captionedData(config)));
    requireTokenizer(plan, pipeline, deps);
  } catch (error) {
    await pipeline[Symbol.asyncDispose]();
    throw error;
  }
  const isResumed = resume !== undefined;
  await using folder = await openRunFolder(deps, config, isResumed).catch(
    async (error: unknown) => {
      await pipeline[Symbol.asyncDispose]();
      throw error;
    },
  );
  try {
    for await (const event of runIn({ folder, plan, pipeline, deps, signal, resume })) {
      await folder.log(event);
      yield event;
    }
  } catch (error) {
    // The first error counts, also where the disk that should hold its record is full.
    await folder.log({ type: "error", message: messageOf(error) }).catch(() => {});
    throw error;
  }
}

/** Where captions come from templates, the pictures need none. */
function captionedData({ data, embedding }: TrainConfig): TrainConfig["data"] {
  if (embedding?.kind === undefined) return data;
  const [prompt = ""] = captionsOfWord(embedding.token, embedding.kind);
  return { ...data, captions: "prompt", prompt };
}

const openBase = (
  { base }: TrainConfig,
  deps: TrainDeps,
  signal: AbortSignal | undefined,
): AsyncGenerator<ProgressEvent, Pipeline, undefined> =>
  reporting((onProgress) => deps.openBase(base, { signal, onProgress }));

/** @throws AtelierError `config` where the fine-tuned model could not be written after all the work. */
function requireTokenizer({ config }: RunPlan, { name, model }: Pipeline, deps: TrainDeps) {
  const isFolder = config.tuning === "full" && config.output.checkpoint === "folder";
  const isThere =
    deps.tokenizerFolder !== undefined || Object.keys(model.tokenizerFolders).length > 0;
  if (!isFolder || isThere) return;
  throw new AtelierError(
    "config",
    `output.checkpoint: expected a tokenizer for the folder of the fine-tuned model, got none in ${name}. Name one with ${option("tokenizerFolder")}, or write a single file: output.checkpoint: single-file.`,
  );
}

async function* runIn(run: Run): AsyncGenerator<TrainEvent, void, undefined> {
  const { folder, plan, deps, signal } = run;
  const begun = deps.now();
  const end = (type: EndEvent["type"], step: number, results: readonly string[]): EndEvent => {
    const seconds = (deps.now() - begun) / 1000;
    return { type, step, folder: folder.path, results, seconds };
  };
  let prepared: PreparedRun;
  try {
    prepared = yield* prepareRun(run);
  } catch (error) {
    if (!isStop(error, signal)) throw error;
    yield end("stopped", 0, []);
    return;
  }
  await using base = yield* openBase(plan.config, deps, signal);
  const finished = yield* trainedResult(run, base, prepared);
  if (finished === undefined) {
    yield end("stopped", 0, []);
    return;
  }
  const { config, graph, pictures } = plan;
  const { step, result, paths } = finished;
  yield* checkResult({
    ...{ files: deps.files, base, config, paths, result },
    prompt: pictures[0]?.caption ?? "",
    ...{ height: graph.height, width: graph.width },
  });
  yield end(step === config.steps ? "done" : "stopped", step, paths);
}

/** What a run has made. */
interface Finished {
  readonly step: number;
  readonly result: TrainedResult;
  /** Of the saved result. */
  readonly paths: readonly string[];
}

/**
 * Trains to the end or until the signal, and saves. The step's memory is free again afterwards.
 * @returns nothing where the signal came before the first step.
 */
async function* trainedResult(
  run: Run,
  base: Pipeline,
  prepared: PreparedRun,
): AsyncGenerator<TrainEvent, Finished | undefined, undefined> {
  const { plan, signal } = run;
  const found = yield* findCheckpoint(run);
  yield { type: "progress", stage: "compile", done: 0, total: 1 };
  const { resultOf, warnings, ...begun } = await begin(run, base, prepared, found);
  await using loop = begun.loop;
  yield* warnings.map((message) => ({ type: "warning", message }) as const);
  yield { type: "progress", stage: "compile", done: 1, total: 1 };
  const saver = createSaver(run, { base, resultOf, loop });
  try {
    yield* trainSteps(run, { base, resultOf, loop, saver });
  } catch (error) {
    if (!isStop(error, signal)) {
      throw await withSaved(error, saver, loop.step);
    }
  }
  const { step } = loop;
  if (step === 0) return undefined;
  // A run that was stopped goes on from here.
  if (step < plan.config.steps) await saver.checkpoint();
  const paths = await saver.result();
  return { step, result: resultOf(loop.values()), paths };
}

/** The loop at its first step. The first values, as large as what is trained, are not kept. */
async function begin(
  run: Run,
  base: Pipeline,
  prepared: PreparedRun,
  resumeFrom: FoundCheckpoint["found"],
): Promise<Pick<TrainingStart, "resultOf" | "warnings"> & { readonly loop: TrainingLoop }> {
  const { runtime, memoryBytes } = run.deps;
  const { values: initial, resultOf, warnings, ...start } = await startParts(run, base);
  const options = { runtime, memoryBytes, plan: run.plan, initial, resumeFrom };
  const loop = await createTrainingLoop({ ...options, ...prepared, ...start });
  return { loop, resultOf, warnings };
}

/** The state that a resumed run goes on from. */
async function* findCheckpoint({
  folder,
  plan,
  deps,
  resume,
}: Run): AsyncGenerator<TrainEvent, FoundCheckpoint["found"], undefined> {
  if (resume === undefined) return undefined;
  const { found, damaged } = await readNewestCheckpoint(deps.files, folder.path);
  for (const problem of damaged) {
    yield { type: "warning", message: warningText.damagedCheckpoint(problem, found?.step) };
  }
  // The run may have ended while it removed older ones. Beside a damaged one they are all kept.
  if (damaged.length === 0) await pruneCheckpoints(deps.files, folder.path, plan.config.keep);
  yield { type: "resumed", step: found?.step ?? 0 };
  return found;
}

/** After so many steps a training that has changed no number is told of. */
const idleSteps = 10;

async function* trainSteps(
  { plan, folder, deps, signal }: Run,
  { base, resultOf, loop, saver }: Saved & { readonly saver: Saver },
): AsyncGenerator<TrainEvent, void, undefined> {
  const { config } = plan;
  const { files } = deps;
  const isDue = (every: number) => every > 0 && loop.step % every === 0;
  while (loop.step < config.steps && signal?.aborted !== true) {
    const event = await loop.advance();
    saver.add(event.loss);
    yield event;
    const { step } = loop;
    if (step === idleSteps && !loop.hasMoved()) {
      yield { type: "warning", message: warningText.movesNothing(step) };
    }
    if (isDue(config.saveEverySteps) && step < config.steps) {
      yield { type: "checkpoint", step, paths: await saver.checkpoint() };
    }
    if (!isDue(config.samples.everySteps)) continue;
    const result = resultOf(loop.values());
    yield* drawSamples({ files, base, config, folder: folder.path, step, result, signal });
  }
}
