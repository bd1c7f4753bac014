/**
 * @file A training from config to result, as a stream of events: plan, cached latents and text
 * states, steps, samples, checkpoints. Whoever reads the stream sees the whole run; nothing else is
 * printed or called.
 */

import { AtelierError, messageOf } from "@atelier/engine";
import { captionsOfWord } from "../data/caption-templates.js";
import type { Pipeline } from "../pipeline/pipeline.js";
import { checkResult } from "./check-result.js";
import {
  checkpointFolder,
  type FoundCheckpoint,
  pruneCheckpoints,
  readNewestCheckpoint,
  writeCheckpoint,
} from "./checkpoints.js";
import { drawSamples } from "./draw-samples.js";
import { listPictures } from "./list-pictures.js";
import { warningText } from "./messages.js";
import { planRun, type RunPlan } from "./plan-run.js";
import { type PreparedRun, prepareRun } from "./prepare-run.js";
import { reporting } from "./progress.js";
import type { ResumeOptions, Run, TrainDeps } from "./run.js";
import { openRunFolder } from "./run-folder.js";
import { saveResult } from "./save-result.js";
import { startParts, type TrainingStart } from "./start-parts.js";
import { thumbnailOf } from "./thumbnail.js";
import type { TrainConfig } from "./train-config.js";
import type { EndEvent, ProgressEvent, TrainEvent } from "./train-event.js";
import { createTrainingLoop, type TrainingLoop } from "./training-loop.js";

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
function requireTokenizer({ config }: RunPlan, { name, checkpoint }: Pipeline, deps: TrainDeps) {
  const isFolder = config.tuning === "full" && config.output.checkpoint === "folder";
  if (!isFolder || (deps.tokenizerFolder ?? checkpoint.tokenizerFolder) !== undefined) return;
  throw new AtelierError(
    "config",
    `output.checkpoint: expected a tokenizer for the folder of the fine-tuned model, got none in ${name}. Name one with --tokenizer, or write a single file: output.checkpoint: single-file.`,
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
  yield { type: "progress", stage: "compile", done: 0, total: 1 };
  const start = await startParts(run, base);
  yield* start.warnings.map((message) => ({ type: "warning", message }) as const);
  const found = yield* findCheckpoint(run);
  const { runtime, memoryBytes } = deps;
  await using loop = await createTrainingLoop({
    ...{ runtime, memoryBytes, plan, ...prepared },
    ...{ frozen: start.frozen, initial: start.values, constraints: start.constraints },
    resumeFrom: found,
  });
  yield { type: "progress", stage: "compile", done: 1, total: 1 };
  const saver = createSaver(run, { base, start, loop });
  try {
    yield* trainSteps(run, { base, start, loop, saver });
  } catch (error) {
    if (!isStop(error, signal)) {
      throw await withSaved(error, saver, loop.step);
    }
  }
  if (loop.step === 0) {
    yield end("stopped", 0, []);
    return;
  }
  // A run that was stopped goes on from here.
  if (loop.step < plan.config.steps) await saver.checkpoint();
  const results = await saver.result();
  const { config, graph, pictures } = plan;
  yield* checkResult({
    ...{ files: deps.files, base, config, paths: results },
    result: start.resultOf(loop.values()),
    prompt: pictures[0]?.caption ?? "",
    ...{ height: graph.height, width: graph.width },
  });
  yield end(loop.step === plan.config.steps ? "done" : "stopped", loop.step, results);
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

interface Saver {
  /** Tells of a step's loss. */
  add(loss: number): void;
  /** Saves the state with the result so far, and returns the result's paths. */
  checkpoint(): Promise<string[]>;
  /** Saves the result alone, into the run's folder. */
  result(): Promise<string[]>;
}

interface Saved {
  readonly base: Pipeline;
  readonly start: TrainingStart;
  readonly loop: TrainingLoop;
}

function createSaver({ plan, folder, deps }: Run, { base, start, loop }: Saved): Saver {
  const { files, tokenizerFolder } = deps;
  const { config, pictures, predictionType } = plan;
  const captions = pictures.map(({ caption }) => caption);
  const context = { files, config, pipeline: base, predictionType, captions, tokenizerFolder };
  const save = (to: string, thumbnail?: string) =>
    saveResult(
      { ...context, thumbnail },
      { folder: to, step: loop.step, result: start.resultOf(loop.values()) },
    );
  let losses: number[] = [];
  return {
    add: (loss) => losses.push(loss),
    async result() {
      const { path } = folder;
      // A sample that was changed since costs the result its picture, never the result.
      const thumbnail = await thumbnailOf(deps, { folder: path, step: loop.step }).catch(
        () => undefined,
      );
      return save(path, thumbnail);
    },
    async checkpoint() {
      const { step } = loop;
      const to = checkpointFolder(files, folder.path, step);
      const paths = await save(to);
      const loss = losses.reduce((sum, value) => sum + value, 0) / losses.length;
      await writeCheckpoint(files, to, { step, state: loop.state(), loss });
      await pruneCheckpoints(files, folder.path, config.keep);
      losses = [];
      return paths;
    },
  };
}

/** The error of a run, which says where the result of the last good step is. */
async function withSaved(error: unknown, saver: Saver, step: number): Promise<unknown> {
  if (step === 0 || !(error instanceof AtelierError)) return error;
  // Where saving fails as well (a full disk), the first error says why; checkpoints are still there.
  await saver.checkpoint().catch(() => {});
  const saved = await saver.result().catch(() => undefined);
  if (saved === undefined) return error;
  return new AtelierError(
    error.code,
    `${error.message} The result of step ${step}, the last good one, is saved: ${saved.join(", ")}.`,
    { cause: error, context: { ...error.context, lastGoodStep: step, saved } },
  );
}

/** Whether something was thrown because the signal asked for it. */
function isStop(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true && error instanceof AtelierError && error.code === "aborted";
}

/** After so many steps a training that has changed no number is told of. */
const idleSteps = 10;

async function* trainSteps(
  { plan, folder, deps, signal }: Run,
  { base, start, loop, saver }: Saved & { readonly saver: Saver },
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
    const result = start.resultOf(loop.values());
    yield* drawSamples({ files, base, config, folder: folder.path, step, result, signal });
  }
}
