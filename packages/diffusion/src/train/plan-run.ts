/**
 * @file Everything that is known before a run begins: pictures, sizes, adapted layers, noise. What
 * is impossible is said here, before anything is written or computed.
 */

import { AtelierError } from "@atelier/engine";
import type { CaptionedPicture } from "../data/captions.js";
import type { LoraComponent } from "../io/lora-files/lora-weights.js";
import type { BlockOptions } from "../models/layers/block-runner.js";
import type { LayerInfo } from "../models/list-layers.js";
import type { NoiseSchedule, PredictionType } from "../noise/noise-schedule.js";
import type { Pipeline } from "../pipeline/pipeline.js";
import { type SamplerName, samplerNameOf } from "../samplers/sampler-names.js";
import { noiseScheduleOf, readSchedulerConfig } from "../samplers/scheduler-config.js";
import { selectLayers } from "../tuning/lora-targets.js";
import { type LoraTuning, loraTuning } from "../tuning/lora-tuning.js";
import { learningRateSchedule } from "./learning-rate.js";
import { activationBytes, type LoraGraphOptions, loraGraph } from "./lora-graph.js";
import { methodOfConfig } from "./lora-section.js";
import { warningText } from "./messages.js";
import type { TrainConfig } from "./train-config.js";

/** A config with what depends on model and pictures filled in. */
export type ResolvedConfig = TrainConfig & {
  readonly data: { readonly width: number; readonly height: number };
  readonly lora: TrainConfig["lora"] & { readonly alpha: number };
  readonly samples: {
    readonly sampler: SamplerName;
    readonly steps: number;
    readonly guidance: number;
  };
};

/** A run that can begin. */
export interface RunPlan {
  readonly config: ResolvedConfig;
  readonly pictures: readonly CaptionedPicture[];
  readonly tuning: LoraTuning;
  readonly schedule: NoiseSchedule;
  readonly predictionType: PredictionType;
  readonly learningRateAt: (step: number) => number;
  readonly graph: LoraGraphOptions;
  readonly warnings: readonly string[];
}

/** Above this many pixels along an edge a base's own size is not taken without being asked for. */
const largestNativeEdge = 1024;

/**
 * Where the config says `auto`: above the first, cheap activations are computed again in the backward
 * pass, for a few per cent of time; above the second whole blocks are, for about a third. SD 1.x at
 * 512×512 computes 3.6 GiB a picture.
 */
const recomputingBytes = 2 ** 30;
const checkpointingBytes = 8 * 2 ** 30;

/**
 * Plans a run.
 * @throws AtelierError `config` for sizes, targets or schedules that do not fit the model.
 */
export async function planRun(
  given: TrainConfig,
  pipeline: Pipeline,
  { pictures, warnings }: { pictures: readonly CaptionedPicture[]; warnings: readonly string[] },
): Promise<RunPlan> {
  requireFingerprint(given, pipeline);
  const config = resolve(given, pipeline, pictures);
  const { data, lora, batchSize } = config;
  requireSize(config, pipeline);
  const scheduler = readSchedulerConfig(pipeline.scheduleConfig).config;
  const schedule = noiseScheduleOf(scheduler);
  const predictionType = config.base.predictionType ?? predictionTypeOf(scheduler.prediction_type);
  const tuning = loraTuning({
    ...lora,
    layers: layersOf(config, pipeline),
    method: methodOfConfig(lora),
    usesRootOfRank: lora.method === "rslora",
    factor: lora.lokrFactor,
    decomposesBoth: lora.lokrDecomposeBoth,
    drops: { input: lora.dropout, rank: lora.rankDropout, module: lora.moduleDropout },
  });
  const graph: LoraGraphOptions = {
    configs: pipeline.configs,
    tuning,
    schedule,
    predictionType,
    batch: batchSize,
    height: data.height / pipeline.latentFactor,
    width: data.width / pipeline.latentFactor,
    tokens: (await pipeline.tokenizer()).maxLength,
    from: "distribution",
    trainsTextEncoder: lora.textEncoder.train,
    isWeighted: config.minSnrGamma !== undefined,
    noiseOffset: config.noiseOffset,
  };
  const learningRateAt = learningRateSchedule({
    ...config.schedule,
    learningRate: config.learningRate,
    steps: config.steps,
  });
  return {
    config,
    pictures,
    tuning,
    schedule,
    predictionType,
    learningRateAt,
    graph: { ...graph, blocks: blockOptions(config, graph) },
    warnings: [...warnings, ...warningsOf(config, pictures)],
  };
}

function resolve(
  config: TrainConfig,
  pipeline: Pipeline,
  pictures: readonly CaptionedPicture[],
): ResolvedConfig {
  const { configs, latentFactor, fingerprint, generation } = pipeline;
  const native = Math.min(configs.unet.sampleSize * latentFactor, largestNativeEdge);
  const { base, data, lora, samples } = config;
  const prompts = samples.prompts.length > 0 ? samples.prompts : [pictures[0]?.caption ?? ""];
  return {
    ...config,
    base: fingerprint === undefined ? base : { ...base, fingerprint },
    data: { ...data, width: data.width ?? native, height: data.height ?? native },
    lora: resolveAlpha(lora),
    samples: {
      ...samples,
      prompts,
      sampler: samples.sampler ?? usualSampler(pipeline),
      steps: samples.steps ?? generation.steps ?? 20,
      guidance: samples.guidance ?? generation.guidanceScale ?? 7.5,
    },
  };
}

/** Alpha is the rank where nothing is said, also that of layers with a rank of their own. */
function resolveAlpha(lora: TrainConfig["lora"]): ResolvedConfig["lora"] {
  if (lora.alpha !== undefined) return { ...lora, alpha: lora.alpha };
  const alphaPattern = { ...lora.alphaPattern };
  for (const [pattern, rank] of Object.entries(lora.rankPattern)) alphaPattern[pattern] ??= rank;
  return { ...lora, alpha: lora.rank, alphaPattern };
}

/**
 * Samplers over σ have no place to begin where the last timestep is pure noise, whose σ is infinite;
 * such a model comes with a sampler that has.
 */
function usualSampler({ scheduleConfig }: Pipeline): SamplerName {
  const { className, config } = readSchedulerConfig(scheduleConfig);
  return config.rescale_betas_zero_snr ? samplerNameOf(className) : "dpmpp_2m_karras";
}

/** @throws AtelierError `config` when a recorded run would begin from other weights. */
function requireFingerprint({ base }: TrainConfig, { name, fingerprint }: Pipeline): void {
  if (base.fingerprint === undefined || base.fingerprint === fingerprint) return;
  throw new AtelierError(
    "config",
    `base.fingerprint: expected the base ${base.fingerprint.slice(0, 12)}…, got ${fingerprint === undefined ? `${name}, which has no fingerprint` : `${fingerprint.slice(0, 12)}…`}. Use the version of Atelier that wrote this config, or remove base.fingerprint to train on this one.`,
    { context: { expected: base.fingerprint, fingerprint } },
  );
}

function requireSize({ data }: ResolvedConfig, { latentFactor }: Pipeline): void {
  const problems = (["width", "height"] as const)
    .filter((edge) => data[edge] % latentFactor !== 0)
    .map((edge) => `data.${edge}: expected a multiple of ${latentFactor}, got ${data[edge]}.`);
  if (problems.length === 0) return;
  const nearest = (value: number) => Math.max(1, Math.round(value / latentFactor)) * latentFactor;
  throw new AtelierError(
    "config",
    `${problems.join("\n")}\nUse ${nearest(data.width)} by ${nearest(data.height)}.`,
    { context: { problems } },
  );
}

function layersOf(
  { lora }: TrainConfig,
  { layers }: Pipeline,
): Map<LoraComponent, readonly LayerInfo[]> {
  const below = (component: LoraComponent) =>
    [...layers].filter(([path]) => path.startsWith(`${component}.`)).map(([, layer]) => layer);
  const adapted = new Map<LoraComponent, readonly LayerInfo[]>();
  adapted.set("unet", selectLayers(below("unet"), lora.targets));
  if (lora.textEncoder.train) {
    adapted.set("text_encoder", selectLayers(below("text_encoder"), ["attention"]));
  }
  return adapted;
}

function predictionTypeOf(name: string): PredictionType {
  if (name === "epsilon" || name === "v_prediction") return name;
  throw new AtelierError(
    "config",
    `scheduler config: expected a model that predicts epsilon or v_prediction, got ${name}. Set base.predictionType if the file is wrong.`,
  );
}

function blockOptions(
  { gradientCheckpointing }: TrainConfig,
  graph: LoraGraphOptions,
): BlockOptions {
  if (gradientCheckpointing !== "auto") return { checkpointBlocks: gradientCheckpointing === "on" };
  const bytes = activationBytes(loraGraph(graph));
  return {
    checkpointBlocks: bytes > checkpointingBytes,
    recomputeActivations: bytes > recomputingBytes,
  };
}

function warningsOf(config: TrainConfig, pictures: readonly CaptionedPicture[]): string[] {
  const seen = config.batchSize * config.gradientAccumulation;
  return [
    ...(seen > pictures.length * config.data.repeats
      ? [warningText.smallEpoch(pictures.length, seen)]
      : []),
    ...rateWarnings(config),
  ];
}

function rateWarnings({ learningRate, optimizer }: TrainConfig): string[] {
  if (optimizer.name === "prodigy") {
    return learningRate < 0.1 ? [warningText.lowProdigyRate(learningRate)] : [];
  }
  const isUsed = optimizer.name !== "adafactor" || !optimizer.relativeStep;
  return isUsed && learningRate > 1e-2 && optimizer.name !== "sgd"
    ? [warningText.highLearningRate(learningRate)]
    : [];
}
