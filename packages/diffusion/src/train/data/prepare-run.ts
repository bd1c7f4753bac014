/** @file The part of a run before training: what it records, class pictures, latents and text states. */

import { shorten } from "@atelier/engine";
import { some } from "../../core/warnings/param-kinds.js";
import { type Warning, warning, warningEvent } from "../../core/warnings/warning.js";
import { captionsOfWord } from "../../data/caption-templates.js";
import { keepSignatures, type Signatures } from "../../data/kept-signatures.js";
import { enlargedWarnings } from "../../data/picture-warnings.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import { idsOfText } from "../../pipeline/tokenizers.js";
import type { TrainConfig } from "../config/train-config.js";
import type { PlanEvent, TrainEvent, WatchPlanEvent } from "../events/train-event.js";
import {
  changedInputs,
  describeInputs,
  type InputChange,
  type RunInputs,
  requireUnchanged,
  writeInputs,
} from "../folder/run-inputs.js";
import { withWord } from "../parts/with-word.js";
import { type ListedPictures, listPictures } from "../plan/list-pictures.js";
import { neededBytes } from "../plan/needed-space.js";
import type { WatchPlan } from "../plan/plan-watch.js";
import type { Run } from "../run.js";
import { classPictures } from "./class-pictures.js";
import { hashWeights } from "./fingerprint.js";
import { lookAtPictures } from "./look-at-pictures.js";
import type { BatchSource, ClassPictures, ClassPrediction } from "./training-batch.js";
import { type DataOptions, prepareData, statesBeside, type TrainingData } from "./training-data.js";
import { requireApart } from "./validation.js";
import { prepareWatch, rowsOf, type WatchData } from "./watch-data.js";

/** What batches are made of. */
export interface PreparedRun {
  readonly data: TrainingData;
  /** Token ids of a caption. */
  readonly encode: BatchSource["encode"];
  readonly prior: ClassPictures | ClassPrediction | undefined;
  /** What the run is looked at with, where it is watched. */
  readonly watch: WatchData | undefined;
}

/**
 * Records the run and computes what training reads; disposes the run's pipeline.
 * @throws AtelierError `training` for a resumed run whose base or pictures changed, `data`, `file`,
 *   `aborted` on the signal.
 */
export async function* prepareRun(run: Run): AsyncGenerator<TrainEvent, PreparedRun, undefined> {
  await using base = run.pipeline;
  const { folder, plan, deps, signal } = run;
  const { config, pictures } = plan;
  const { files, runtime } = deps;
  await using worded = await withWord(base, plan.parts);
  const pipeline = worded ?? base;
  if (run.resume === undefined) await folder.writeConfig(config);
  await folder.requireSpace(neededBytes(plan));
  yield planEvent(run);
  yield* [...base.model.notes, ...plan.warnings, ...unusedWarnings(base)].map(warningEvent);
  const { options, own, shown, inputs, signatures } = yield* readInputs(run, pipeline);
  await writeInputs(files, folder.path, inputs);
  const looking = { files, signatures, signal };
  yield* requireApart(looking, plan);
  const all = yield* prepareData(own, pictures);
  const signed = yield* lookAtPictures(looking, pictures);
  const watching = { ...own, runtime, base, plan, signatures: signed };
  const { data, watch } =
    plan.watch === undefined
      ? { data: all, watch: undefined }
      : yield* prepareWatch({ ...watching, watch: plan.watch }, all);
  if (watch !== undefined) yield watchEvent(watch, config);
  const tokenizers = await pipeline.tokenizers();
  const encode = (caption: string) => idsOfText(tokenizers, caption).ids;
  const classPrompt = plan.keeping.length > 0 ? plan.classPrompt : config.prior?.classPrompt;
  return { data, encode, prior: yield* preparePrior(options, classPrompt, shown), watch };
}

/**
 * The rows of a run that is over: those that it was watched with, where it was watched. Nothing is recorded.
 * @param base is left open
 * @param pipeline the same with a new word, where one was trained
 * @throws AtelierError as {@link prepareRun}.
 */
export async function* prepareRows(
  run: Run,
  {
    base,
    pipeline,
    watch,
  }: { readonly base: Pipeline; readonly pipeline: Pipeline; readonly watch: WatchPlan },
): AsyncGenerator<TrainEvent, WatchData, undefined> {
  const { plan, deps, signal } = run;
  const { files, runtime } = deps;
  const { own, signatures } = yield* readInputs(run, pipeline);
  const all = yield* prepareData(own, plan.pictures);
  const signed = yield* lookAtPictures({ files, signatures, signal }, plan.pictures);
  const watching = { ...own, runtime, base, plan, signatures: signed };
  const prepared = yield* prepareWatch({ ...watching, watch }, all);
  return prepared.watch;
}

/** What a run reads. */
interface ReadInputs {
  readonly options: DataOptions;
  /** Of the run's own pictures. */
  readonly own: DataOptions;
  /** Pictures of the class. */
  readonly shown: ListedPictures | undefined;
  readonly inputs: RunInputs;
  readonly signatures: Signatures;
}

/** Hashes what a run reads; where it goes on, that has to be what it was, or is told. */
async function* readInputs(
  run: Run,
  pipeline: Pipeline,
): AsyncGenerator<TrainEvent, ReadInputs, undefined> {
  const { folder, plan, deps, signal, resume } = run;
  const { files, decoder } = deps;
  const { config, pictures } = plan;
  const cacheFolder = config.cacheFolder ?? deps.cacheFolder;
  const hashes = yield* hashWeights(files, pipeline, { cacheFolder, signal });
  const options: DataOptions = {
    ...{ files, decoder, pipeline, hashes, signal, seed: config.seed, data: config.data },
    cacheFolder,
    encoders: plan.graph.encoders,
  };
  const { embedding } = config;
  const templates = embedding?.kind && captionsOfWord(embedding.token, embedding.kind);
  const shown = yield* priorPictures(run, options);
  const all = [...pictures, ...(shown?.pictures ?? []), ...plan.validation];
  const inputs = await describeInputs(files, { pipeline, hashes }, all);
  const changes = resume === undefined ? [] : await changedInputs(files, folder.path, inputs);
  if (resume?.allowChanges !== true) requireUnchanged(folder.path, changes);
  yield* changes.map((change) => warningEvent(shortened(change)));
  const signatures = keepSignatures({ files, decoder, cacheFolder });
  // Signatures come of the pixels that are decoded for latents.
  const own = { ...options, decoder: signatures.decoder, captions: templates };
  return { options, own, shown, inputs, signatures };
}

function watchEvent(
  { plan, banks, ...held }: WatchData,
  { prior }: Pick<TrainConfig, "prior">,
): WatchPlanEvent {
  const keepsClass = prior?.source === "prediction";
  return { type: "watch", steps: plan.steps, ...held, keepsClass, banks: rowsOf(banks) };
}

function planEvent({ folder, plan, pipeline, deps }: Run): PlanEvent {
  const { config, pictures, parts, tuning, process, graph } = plan;
  return {
    type: "plan",
    folder: folder.path,
    base: pipeline.name,
    baseFingerprint: pipeline.fingerprint,
    pictures: pictures.length,
    width: config.data.width,
    height: config.data.height,
    steps: config.steps,
    prompt: config.samples.prompts[0] ?? "",
    tokenizerFolder: deps.tokenizerFolder ?? ownTokenizer(pipeline),
    buckets: plan.buckets,
    picturesPerStep: graph.batch * config.batchParts * config.gradientAccumulation,
    tuning: config.tuning,
    adaptedLayers: parts.lora?.tuning.slots.length ?? 0,
    trainedParameters: tuning.parameterCount,
    predictionType: process.predictionType,
    usesGradientCheckpointing: graph.blocks?.checkpointBlocks === true,
    batchSize: config.batchSize,
    memory: plan.memory,
  };
}

/** The folder of the model's tokenizer, where it has one; of several, which lie in it, the model's own. */
function ownTokenizer({ model }: Pipeline): string | undefined {
  const [first, ...others] = Object.values(model.tokenizerFolders);
  return others.length > 0 ? model.path : first;
}

/** Pictures of the class, all with its caption. */
async function* priorPictures(
  { plan }: Run,
  options: DataOptions,
): AsyncGenerator<TrainEvent, ListedPictures | undefined, undefined> {
  const { config } = plan;
  const { prior } = config;
  if (prior?.source !== "pictures") return undefined;
  const folder = yield* classPictures({ ...options, config }, prior);
  const { classPrompt: prompt } = prior;
  const listed = await listPictures(options, {
    ...config.data,
    ...{ folder, folders: [], captions: "prompt", prompt, repeats: 1, wildcards: false },
  });
  yield* listed.warnings.map(warningEvent);
  // A folder that the base has drawn may hold more, of an earlier run that asked for more.
  const count = prior.folder === undefined ? prior.count : listed.pictures.length;
  return { ...listed, pictures: listed.pictures.slice(0, count) };
}

async function* preparePrior(
  options: DataOptions,
  classPrompt: string | undefined,
  shown: ListedPictures | undefined,
): AsyncGenerator<TrainEvent, PreparedRun["prior"], undefined> {
  if (shown !== undefined) {
    const { width = 0, height = 0 } = options.data;
    // Pictures of the class count as a whole.
    const own = {
      ...options,
      data: { ...options.data, masks: { source: "none", unmaskedWeight: 0 } as const },
    };
    const pictures = shown.pictures.map((picture) => ({ ...picture, target: { width, height } }));
    yield* enlargedWarnings(pictures).map(warningEvent);
    return { kind: "pictures", data: yield* prepareData(own, pictures) };
  }
  if (classPrompt === undefined) return undefined;
  const { pipeline } = options;
  const { ids } = idsOfText(await pipeline.tokenizers(), classPrompt);
  const { conditioning, truncated } = await pipeline.encodePrompts([classPrompt]);
  const [cut = ""] = truncated;
  if (cut !== "") {
    yield warningEvent(warning("truncated-class-prompt", { cut: shorten(cut, 200) }));
  }
  const states = await statesBeside(pipeline, options.encoders, ids);
  return { kind: "prediction", caption: { text: classPrompt, ids, conditioning, states } };
}

function shortened(change: InputChange): InputChange {
  if (change.code !== "changed-caption") return change;
  const { picture, before, after } = change.params;
  const captions = { before: shorten(before, 200), after: shorten(after, 200) };
  return warning("changed-caption", { picture, ...captions });
}

function unusedWarnings({ name, unusedKeys }: Pipeline): Warning[] {
  if (unusedKeys.length === 0) return [];
  return [warning("unused-tensors", { path: name, tensors: some(unusedKeys) })];
}
