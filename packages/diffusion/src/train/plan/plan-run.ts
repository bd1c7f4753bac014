/**
 * @file Everything that is known before a run begins: pictures, sizes, what trains, noise. What
 * is impossible is said here, before anything is written or computed.
 */

import { AtelierError, said, shorten } from "@atelier/engine";
import type { TextEncoderName } from "../../core/component-name.js";
import { type Warning, warning } from "../../core/warnings/warning.js";
import type { BucketReport } from "../../data/buckets.js";
import { areEdited } from "../../data/caption-edits.js";
import type { PictureSize } from "../../data/resize-crop.js";
import { presentEncoders, wordEncoders } from "../../families/model-files.js";
import { predictionOf } from "../../files/model/told-prediction.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import { promptSyntaxIn, readPrompt } from "../../pipeline/prompt-syntax.js";
import { firstTokenizer } from "../../pipeline/tokenizers.js";
import type { Process } from "../../process/process.js";
import { type SamplerName, samplerNameOf } from "../../samplers/sampler-names.js";
import { readSchedulerConfig } from "../../samplers/scheduler-config.js";
import type { ClipTokenizer } from "../../tokenizer/clip-tokenizer.js";
import { combineTunings, type Tuning } from "../../tuning/tuning.js";
import { completeConfig, usualRate } from "../config/complete-config.js";
import { measureOf, shiftOf, weightingOf } from "../config/objective-section.js";
import type { DataConfig, GivenConfig, TrainConfig } from "../config/train-config.js";
import { trainingAdviceOf } from "../config/training-advice.js";
import type { ShapedPicture } from "../data/training-data.js";
import { type ResolvedLora, resolveAlpha } from "../parts/lora-part.js";
import { listParts, partsOfConfig, type RunParts } from "../parts/parts-of-config.js";
import type { TrainingGraphSpec } from "../step/training-graph.js";
import { classPromptOf } from "./class-prompt.js";
import { identifiersOf, isKnownWord, rareWords } from "./identifier.js";
import { learningRateSchedule } from "./learning-rate.js";
import type { ListedPictures, TrainingPicture } from "./list-pictures.js";
import { type FittedRun, fitMemory, type MemoryPlan } from "./memory-plan.js";
import { cropWarnings, planBuckets, requireSize, usualEdge } from "./plan-buckets.js";
import type { WatchPlan } from "./plan-watch.js";
import { type ResolvedWatch, watchOfRun } from "./run-watch.js";

/** A config with what depends on base and pictures filled in. */
export type ResolvedConfig = TrainConfig & {
  readonly data: { readonly width: number; readonly height: number };
  readonly lora?: ResolvedLora | undefined;
  readonly samples: {
    readonly sampler: SamplerName;
    readonly steps: number;
    readonly guidance: number;
  };
};

/** A run that can begin. */
export interface RunPlan {
  readonly config: ResolvedConfig &
    Pick<FittedRun, "batchParts"> & { readonly watch: ResolvedWatch };
  readonly pictures: readonly ShapedPicture[];
  /** Looked at in place of held-out ones, never trained on. */
  readonly validation: readonly TrainingPicture[];
  readonly buckets: readonly BucketReport[];
  readonly parts: RunParts;
  /** All parts together. */
  readonly tuning: Tuning;
  readonly process: Process;
  readonly learningRateAt: (step: number) => number;
  /** Of the largest shape of pictures. */
  readonly graph: TrainingGraphSpec;
  /** The same step for the other shapes. */
  readonly otherGraphs: readonly TrainingGraphSpec[];
  /** The step of every shape with what the base predicts of the class beside it, where a watcher may ask for that. */
  readonly keeping: readonly TrainingGraphSpec[];
  /** What the subject is one of, where that is known. */
  readonly classPrompt: string | undefined;
  readonly memory: MemoryPlan;
  /** Where it is watched. */
  readonly watch: WatchPlan | undefined;
  readonly warnings: readonly Warning[];
}

/**
 * Plans a run.
 * @throws AtelierError `config` for sizes, targets or schedules that do not fit the model, and for advice of the
 *   base that is none.
 */
export async function planRun(
  given: GivenConfig,
  pipeline: Pipeline,
  { pictures, warnings }: ListedPictures,
  validation: ListedPictures = { pictures: [], warnings: [] },
): Promise<RunPlan> {
  requireFingerprint(given, pipeline);
  requireVelocity(given, pipeline);
  const advice = trainingAdviceOf(pipeline.model);
  const config = resolve(completeConfig(given, advice), pipeline, pictures);
  const { data, batchSize, prior } = config;
  requireSize(data, pipeline.latents);
  requireParts(config);
  const { buckets, report } = planBuckets(data, pictures, pipeline);
  const shaped = pictures.map((picture, index) => {
    const { width, height } = buckets.find((bucket) => bucket.pictures.includes(index)) ?? data;
    return { ...picture, target: { width, height } };
  });
  const { family } = pipeline;
  const process = family.process(pipeline.scheduleConfig, config.base.predictionType);
  requireObjective(config, process);
  const parts = await partsOfConfig(config, pipeline);
  const tuning = combineTunings(listParts(parts).map((part) => part.tuning));
  const tokenizer = firstTokenizer(await pipeline.tokenizers());
  const hasClassRows = prior?.source === "pictures";
  const latentSize = ({ width, height }: PictureSize) => ({
    height: height / pipeline.latents.factor,
    width: width / pipeline.latents.factor,
  });
  const plain: TrainingGraphSpec = {
    family,
    configs: configsWith(pipeline, parts),
    tuning,
    process,
    batch: hasClassRows ? 2 * batchSize : batchSize,
    ...latentSize(buckets[0] ?? data),
    tokens: family.conditioning.tokens(pipeline.configs),
    from: "distribution",
    encoders: encodersOfStep(pipeline, tuning, data),
    guidance: config.base.guidance,
    isWeighted:
      weightingOf(config).kind !== "none" ||
      hasClassRows ||
      pictures.some(({ lossWeight }) => lossWeight !== 1),
    noise: {
      offset: { strength: config.noiseOffset, adaptive: config.adaptiveNoiseScale },
      perturbation: config.inputPerturbation,
    },
    measure: measureOf(config.loss),
    isMasked: data.masks.source !== "none",
    predictionPrior: prior?.source === "prediction" ? prior.lossWeight : undefined,
  };
  const learningRateAt = learningRateSchedule({
    ...config.schedule,
    learningRate: config.learningRate,
    steps: config.steps,
  });
  // However a batch is split.
  const rowsPerStep = plain.batch * config.gradientAccumulation;
  const replaced = new Set(listParts(parts).flatMap(({ replaces = [] }) => replaces));
  const fitWatched = (step: TrainingGraphSpec, looks: WatchPlan | undefined): FittedRun =>
    fitMemory({
      config,
      graph: step,
      groups: listParts(parts).flatMap(({ groups }) => groups),
      widened: new Map([...pipeline.widened].filter(([name]) => !replaced.has(name))),
      watch: looks,
    });
  const watching = watchOfRun({
    ...{ config, pictures: pictures.length, rowsPerStep },
    fit: (looks) => fitWatched(plain, looks),
  });
  const watch = watching.plan;
  const fit = (step: TrainingGraphSpec) => fitWatched(step, watch);
  const classPrompt = classPromptOf(config, tokenizer);
  const wantsPrior = watch !== undefined && mayKeepClass(config);
  const fitted =
    wantsPrior && classPrompt !== undefined
      ? fitWithPrior(fit, plain)
      : { ...fit(plain), hasPrior: false };
  const { memory, blocks, hasPrior, ...batch } = fitted;
  const shrunk = batch.batchSize / batch.batchParts / batchSize;
  const graph = { ...plain, blocks, batch: plain.batch * shrunk };
  const otherGraphs = buckets.slice(1).map((bucket) => ({ ...graph, ...latentSize(bucket) }));
  return {
    config: { ...config, ...batch, watch: watching.config },
    memory,
    watch,
    pictures: shaped,
    validation: validation.pictures,
    buckets: report,
    parts,
    tuning,
    process,
    learningRateAt,
    ...{ graph, otherGraphs, classPrompt },
    keeping: hasPrior ? [graph, ...otherGraphs].map(withPrior) : [],
    warnings: [
      ...warnings,
      ...validation.warnings,
      ...warningsOf(config, pictures),
      ...rateWarnings(config, usualRate(config, advice)),
      ...cropWarnings(report, config.data.buckets),
      ...identifierWarnings(config, tokenizer),
      ...syntaxWarnings(config, pictures),
      ...(memory.inFiles > 0
        ? [
            warning("weights-in-files", {
              gigabytes: Number((memory.inFiles / 1e9).toFixed(1)),
              maxMemory: config.maxMemory ?? 0,
            }),
          ]
        : []),
      ...(wantsPrior && !hasPrior
        ? [warning("class-not-kept", { lacks: classPrompt === undefined ? "class" : "memory" })]
        : []),
      ...watching.warnings,
    ],
  };
}

/** What the class counts beside the subject where a run switches its prior on. */
const usualPriorWeight = 1;

const withPrior = (graph: TrainingGraphSpec): TrainingGraphSpec => ({
  ...graph,
  predictionPrior: usualPriorWeight,
});

/** Whether a run may switch a prior on: what trains a word alone moves nothing that is said without it. */
const mayKeepClass = ({ watch, prior, tuning }: TrainConfig): boolean =>
  watch.act && prior === undefined && tuning !== "textual_inversion";

/** With a prior as far as memory goes: a run without one is better than none. @throws AtelierError as `fitMemory`. */
function fitWithPrior(
  fit: (graph: TrainingGraphSpec) => FittedRun,
  plain: TrainingGraphSpec,
): FittedRun & { readonly hasPrior: boolean } {
  try {
    return { ...fit(withPrior(plain)), hasPrior: true };
  } catch (error) {
    if (!(error instanceof AtelierError && error.code === "config")) throw error;
    return { ...fit(plain), hasPrior: false };
  }
}

function resolve(
  config: TrainConfig,
  pipeline: Pipeline,
  pictures: readonly TrainingPicture[],
): ResolvedConfig {
  const { family, latents, fingerprint, generation } = pipeline;
  const native = usualEdge(latents);
  const { base, data, lora, samples } = config;
  // Captions are plain text; a sample's prompt is read as every prompt is.
  const ownPrompt = readPrompt(pictures[0]?.caption ?? "", "plain").recorded;
  const prompts = samples.prompts.length > 0 ? samples.prompts : [ownPrompt];
  return {
    ...config,
    base: fingerprint === undefined ? base : { ...base, fingerprint },
    data: { ...data, width: data.width ?? native, height: data.height ?? native },
    lora: lora && resolveAlpha(lora),
    samples: {
      ...samples,
      prompts,
      sampler: samples.sampler ?? usualSampler(pipeline),
      steps: samples.steps ?? generation.steps ?? 20,
      guidance: samples.guidance ?? generation.guidanceScale ?? family.sampling.guidanceScale,
    },
  };
}

/** See {@link TrainingGraphSpec}. */
function encodersOfStep(
  { family, configs }: Pipeline,
  tuning: Tuning,
  data: DataConfig,
): TextEncoderName[] {
  if (areEdited(data)) return presentEncoders(family, configs).map(({ component }) => component);
  const tunable = wordEncoders(family, configs).map(({ component }) => component);
  return tunable.some((component) => tuning.changes(component)) ? tunable : [];
}

/** The configs of the models with the rows of a new word behind the table. */
function configsWith({ family, configs }: Pipeline, { embedding }: RunParts): Pipeline["configs"] {
  if (embedding === undefined) return configs;
  const rows = embedding.firstRow + embedding.vectors;
  return wordEncoders(family, configs).reduce((grown, encoder) => {
    const { vocabulary } = encoder.limits(grown);
    return encoder.words.withRows(grown, Math.max(vocabulary, rows));
  }, configs);
}

/**
 * Samplers over σ have no place to begin where the last timestep is pure noise, whose σ is infinite;
 * such a model comes with a sampler that has.
 */
function usualSampler({ family, scheduleConfig }: Pipeline): SamplerName {
  const { className, config } = readSchedulerConfig(scheduleConfig);
  return config.rescale_betas_zero_snr ? samplerNameOf(className) : family.sampling.sampler;
}

/** @throws AtelierError `config` when a recorded run would begin from other weights. */
function requireFingerprint({ base }: GivenConfig, { name, fingerprint }: Pipeline): void {
  if (base.fingerprint === undefined || base.fingerprint === fingerprint) return;
  throw new AtelierError(
    "config",
    said`base.fingerprint: expected the base ${base.fingerprint.slice(0, 12)}…, got ${fingerprint === undefined ? `${name}, which has no fingerprint` : `${fingerprint.slice(0, 12)}…`}. Use the version of Atelier that wrote this config, or remove base.fingerprint to train on this one.`,
    { context: { expected: base.fingerprint, fingerprint } },
  );
}

/** @throws AtelierError `config` for parts that a batch cannot be computed in. */
function requireParts({ batchParts, batchSize }: ResolvedConfig): void {
  if (batchParts === undefined || batchSize % batchParts === 0) return;
  throw new AtelierError(
    "config",
    said`batchParts: expected a divisor of batchSize ${batchSize}, got ${batchParts}. Leave it out, or change one of them.`,
  );
}

/** @throws AtelierError `config` for weights, timesteps or a schedule that the model does not allow. */
function requireObjective(config: ResolvedConfig, process: Process): void {
  process.requireObjective({
    weighting: weightingOf(config),
    noiseOffset: config.noiseOffset,
    shiftsTimes: shiftOf(config.timesteps) !== undefined,
  });
  const { max: last } = process.times;
  const { min, max = last } = config.timesteps;
  if (Math.max(min, max) > last) {
    throw new AtelierError(
      "config",
      said`timesteps: expected at most the base's last timestep, ${last}, got ${min} to ${max}.`,
    );
  }
  if (config.data.buckets.use && config.prior?.source === "pictures") {
    throw new AtelierError(
      "config",
      "data.buckets.use: expected one shape beside pictures of the class, got buckets. Use prior.source prediction, which needs no pictures.",
    );
  }
}

/** @throws AtelierError `config` for a schedule that ends in pure noise on a model that predicts something else. */
function requireVelocity({ base }: GivenConfig, { scheduleConfig }: Pipeline): void {
  const type = base.predictionType ?? predictionOf({ scheduler: scheduleConfig });
  if (!base.zeroTerminalSnr || type === "v_prediction") return;
  if (type === "flow_prediction") {
    throw new AtelierError(
      "config",
      "base.zeroTerminalSnr: expected none for flow matching, got true. It begins with pure noise as it is. Leave it out.",
    );
  }
  throw new AtelierError(
    "config",
    said`base.zeroTerminalSnr: expected a model that predicts v_prediction, got ${type}, which says nothing where there is no signal. Leave it out, or train with base.predictionType v_prediction.`,
  );
}

function warningsOf(config: TrainConfig, pictures: readonly TrainingPicture[]): Warning[] {
  const seen = config.batchSize * config.gradientAccumulation;
  const shown = pictures.reduce((sum, { repeats }) => sum + repeats, 0);
  return seen > shown ? [warning("small-epoch", { pictures: pictures.length, batch: seen })] : [];
}

/** Of words that are to become the subject's, and mean something already. */
function identifierWarnings(
  { data, prior, embedding }: ResolvedConfig,
  tokenizer: ClipTokenizer,
): Warning[] {
  if (prior === undefined || data.prompt === undefined) return [];
  const words = identifiersOf(data.prompt, prior.classPrompt).filter(
    (word) => word !== embedding?.token,
  );
  if (words.length === 0 && embedding === undefined) {
    const [prompt, classPrompt] = [shorten(data.prompt, 200), shorten(prior.classPrompt, 200)];
    return [warning("no-identifier", { prompt, classPrompt })];
  }
  const known = words.filter((word) => isKnownWord(tokenizer, word));
  if (known.length === 0) return [];
  return [warning("known-identifier", { words: known, rarer: rareWords(tokenizer, 5) })];
}

/** Above so many times the usual rate a training is warned of. */
const highRateFactor = 100;

function rateWarnings({ learningRate, optimizer }: TrainConfig, usual: number): Warning[] {
  if (optimizer.name === "prodigy") {
    return learningRate < 0.1 ? [warning("low-prodigy-rate", { rate: learningRate })] : [];
  }
  const isUsed = optimizer.name !== "adafactor" || !optimizer.relativeStep;
  return isUsed && learningRate > highRateFactor * usual && optimizer.name !== "sgd"
    ? [warning("high-learning-rate", { rate: learningRate, usual })]
    : [];
}

/** Captions with prompt syntax, which training reads as words. */
function syntaxWarnings(
  { embedding }: TrainConfig,
  pictures: readonly TrainingPicture[],
): Warning[] {
  // A word with a kind is trained on templates instead.
  const read = embedding?.kind === undefined ? pictures : [];
  const found = read.flatMap(({ caption, name }) => {
    const syntax = promptSyntaxIn(caption);
    return syntax === undefined ? [] : [{ name, syntax }];
  });
  const [first] = found;
  if (first === undefined) return [];
  const { name: picture, syntax } = first;
  const params = { syntax: shorten(syntax, 80), picture, count: found.length };
  return [warning("prompt-syntax-in-captions", params)];
}
