/** @file The type of a complete training config; `config.ts` checks one and holds all defaults. */

import type { StateStorage } from "@atelier/engine";
import type { MethodName } from "../../core/adapter-parts.js";
import type { BaseDType } from "../../core/base-dtype.js";
import type { Preference } from "../../core/verdict.js";
import type { CaptionEdits } from "../../data/caption-edits.js";
import type { WordKind } from "../../data/caption-templates.js";
import type { ErrorMeasure, HuberThreshold } from "../../process/error-measure.js";
import type { PredictionType } from "../../process/prediction-type.js";
import type { SamplerName } from "../../samplers/sampler-names.js";
import type { LayerPatterns } from "../../tuning/lora-slots.js";
import type { AdapterInit } from "../../tuning/methods/adapter-method.js";

/** The model that is fine-tuned: either `path`, which may name a shipped model, or `repo`. */
export interface BaseConfig {
  readonly path?: string | undefined;
  readonly repo?: string | undefined;
  readonly revision: string;
  readonly variant?: string | undefined;
  /** What its large weights are stored as, where not as in its files; see `quantizeModel`. */
  readonly dtype?: BaseDType | undefined;
  /** Tokens that T5 reads of a caption, where not as many as usual. */
  readonly maxSequenceLength?: number | undefined;
  /** What a model that reads its guidance as a number (FLUX.1 dev) is told while it trains. */
  readonly guidance: number;
  /** An autoencoder in place of the model's own: a path or a repository. */
  readonly vae?: string | undefined;
  /** Files of text encoders and of an autoencoder that the base's own file lacks. */
  readonly parts: readonly string[];
  /** What adapters call the base, where it is of no published kind; see `architectureMetadata`. */
  readonly architecture?: string | undefined;
  /** `Pipeline.fingerprint` of the base that is meant. */
  readonly fingerprint?: string | undefined;
  readonly offline: boolean;
  readonly predictionType?: Exclude<PredictionType, "sample"> | undefined;
  /** Trains with a schedule whose last timestep is pure noise (Lin et al. 2023, arXiv 2305.08891). */
  readonly zeroTerminalSnr: boolean;
}

/** A folder of pictures; what it does not say is as in the first. */
export interface FolderConfig {
  readonly folder: string;
  readonly prompt?: string | undefined;
  readonly captions?: "auto" | "prompt" | undefined;
  readonly repeats?: number | undefined;
  readonly flip?: boolean | undefined;
  /** Factor of its pictures' losses. */
  readonly lossWeight?: number | undefined;
}

/** Shapes of about one area instead of one shape; see `bucketShapes`. */
export interface BucketsConfig {
  readonly use: boolean;
  /** In pixels; what the UNet can halve down to its deepest level by default. */
  readonly step?: number | undefined;
  readonly maxAspect: number;
  readonly upscale: boolean;
}

/** What of each picture counts. */
export interface MasksConfig {
  /** Nothing is masked; the pictures' alpha channels; or files of the pictures' names in a folder. */
  readonly source: "none" | "alpha" | "folder";
  readonly folder?: string | undefined;
  /** What hidden places still count, from 0 to 1. */
  readonly unmaskedWeight: number;
}

/** The pictures and how they are prepared. */
export interface DataConfig extends CaptionEdits {
  readonly folder: string;
  /** Further folders. */
  readonly folders: readonly FolderConfig[];
  readonly prompt?: string | undefined;
  readonly captions: "auto" | "prompt";
  /** Share of samples that are shown without a caption. */
  readonly captionDropout: number;
  /** In pixels. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly buckets: BucketsConfig;
  readonly masks: MasksConfig;
  readonly crop: "center" | "random";
  readonly flip: boolean;
  readonly repeats: number;
  readonly filter: "lanczos" | "bicubic" | "bilinear";
  readonly animated: "refuse" | "first-frame";
  readonly minSidePixels: number;
}

/** The adapter. */
export interface LoraConfigFields {
  readonly method: MethodName | "rslora";
  readonly rank: number;
  readonly alpha?: number | undefined;
  readonly targets: readonly string[];
  /** By pattern over the adapted layers' paths. */
  readonly rankPattern: LayerPatterns;
  readonly alphaPattern: LayerPatterns;
  readonly dropout: number;
  readonly rankDropout: number;
  readonly moduleDropout: number;
  /** Of each layer's change, scaled. */
  readonly maxWeightNorm?: number | undefined;
  /** Learning rate of the second factor divided by that of the first. */
  readonly loraPlusRatio: number;
  readonly init?: AdapterInit | "pissa" | undefined;
  readonly lokrFactor?: number | undefined;
  readonly lokrDecomposeBoth: boolean;
  readonly startFrom?: string | undefined;
}

/** Which weights of the models themselves are trained. */
export interface FullConfig {
  /** Parts of the UNet, by name or pattern; see `selectParameters`. */
  readonly parts: readonly string[];
  /** Parts of the text encoder, where it is trained too. */
  readonly textEncoderParts: readonly string[];
}

/** A new word and how its vectors are trained. */
export interface EmbeddingConfig {
  /** What stands in captions, such as `<my-style>`. */
  readonly token: string;
  /** Words whose vectors it starts from, `mean` of the vocabulary, or `random` with its norm. */
  readonly initializer: string;
  readonly vectors: number;
  /** Captions come from the templates of the paper for it. */
  readonly kind?: WordKind | undefined;
  readonly learningRate: number;
  /** Largest norm of a vector, as a multiple of the vocabulary's mean norm. */
  readonly maxNorm?: number | undefined;
  /** Share of the steps after which the vectors stay as they are. */
  readonly trainShare: number;
}

/** Prior preservation (Ruiz et al. 2023): what the class word means shall stay. */
export interface PriorConfig {
  readonly classPrompt: string;
  /** `pictures` of the class, or what the base predicts for it. */
  readonly source: "pictures" | "prediction";
  /** Pictures of the class; drawn by the base where none is named. */
  readonly folder?: string | undefined;
  /** How many pictures of the class there have to be. */
  readonly count: number;
  /** λ: how much the class counts beside the subject. */
  readonly lossWeight: number;
}

/** A moving average of what is trained, which is saved and drawn with instead. */
export interface EmaConfig {
  /** Share of the average that a step keeps, at most; 0 keeps no average. */
  readonly decay: number;
  readonly updateAfterStep: number;
  readonly warmup: "linear" | "power";
}

/** What trains: an adapter, weights, the vectors of a new word, or adapter and vectors together. */
export type TuningName = "lora" | "full" | "textual_inversion" | "pivotal";

interface AdamFields {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly stateDtype: StateStorage;
}

/** The options of each optimizer; their meaning is that of the engine's. */
export interface OptimizerTable {
  readonly adamw: AdamFields;
  readonly adam: AdamFields;
  readonly sgd: {
    readonly momentum: number;
    readonly nesterov: boolean;
    readonly weightDecay: number;
    readonly stateDtype: StateStorage;
  };
  readonly lion: Omit<AdamFields, "epsilon">;
  readonly muon: Omit<AdamFields, "stateDtype"> & {
    readonly momentum: number;
    readonly nesterov: boolean;
  };
  readonly adafactor: {
    readonly beta1: number;
    readonly epsilon: number;
    readonly weightDecay: number;
    readonly clipThreshold: number;
    readonly decayRate: number;
    readonly scaleParameter: boolean;
    readonly relativeStep: boolean;
    readonly warmupInit: boolean;
  };
  readonly prodigy: AdamFields & {
    readonly beta3?: number | undefined;
    readonly useBiasCorrection: boolean;
    readonly safeguardWarmup: boolean;
    readonly d0: number;
    readonly dCoefficient: number;
    readonly growthRate?: number | undefined;
  };
}

/** How weights are updated: an optimizer with its own options. */
export type OptimizerConfig = {
  [K in keyof OptimizerTable]: { readonly name: K } & OptimizerTable[K];
}[keyof OptimizerTable];

interface WarmupFields {
  readonly warmupSteps: number;
  /** Instead of steps: the share of all steps. */
  readonly warmupShare: number;
}

interface FallingFields extends WarmupFields {
  /** Where the course ends, as a share of the learning rate. */
  readonly minRatio: number;
}

/** The options of each course of the learning rate. */
export interface ScheduleTable {
  readonly constant: WarmupFields;
  readonly linear: FallingFields;
  readonly cosine: FallingFields;
  readonly cosine_with_restarts: FallingFields & { readonly cycles: number };
  readonly polynomial: WarmupFields & {
    readonly power: number;
    readonly endLearningRate: number;
  };
  /** `(1 − t)/(1 − bend + bend·(1 − t))` (Chen et al. 2021, where bend is 1/2). */
  readonly rex: FallingFields & { readonly bend: number };
  /** `endRatio^t`: the same factor at every step, which may be above 1. */
  readonly exponential: WarmupFields & { readonly endRatio: number };
}

/** How the learning rate changes: a course with its own options. */
export type ScheduleConfig = {
  [K in keyof ScheduleTable]: { readonly name: K } & ScheduleTable[K];
}[keyof ScheduleTable];

/** Pictures drawn while training. */
export interface SamplesConfig {
  readonly everySteps: number;
  readonly prompts: readonly string[];
  readonly negativePrompt: string;
  /** These three are resolved by what the base advises. */
  readonly sampler?: SamplerName | undefined;
  readonly steps?: number | undefined;
  readonly guidance?: number | undefined;
  readonly seed: number;
}

/** How a run is watched. */
export interface WatchConfig {
  /**
   * Share of the training's time that looks may take; 0 for none. By default looks and the base's drawings for them
   * take a tenth together, where the run has the time and the memory for that; see `usualShare`.
   */
  readonly share?: number | undefined;
  /** Steps between looks; by default they are close where most changes, and further apart later. */
  readonly everySteps?: number | undefined;
  /** Pictures that are held out; by default as many as their number allows, see `usualHeldOut`. */
  readonly heldOut?: number | undefined;
  /** Folder of pictures that are looked at instead of held-out ones, and never trained on. */
  readonly validation?: string | undefined;
  /** Whether pictures of it may show nearly the same as some in training. */
  readonly allowOverlap: boolean;
  /** Of other things, whose meaning shall stay; what the base advises by default. */
  readonly prompts?: readonly string[] | undefined;
  /** By default that of the prior, or the caption without its unknown words. */
  readonly classPrompt?: string | undefined;
  /** Whether the run ends, cools down or goes back by itself where a verdict says so. */
  readonly act: boolean;
  /** What weighs more where likeness and what the base knew are at odds; likeness alone by default. */
  readonly prefer?: Preference | undefined;
}

/** Which snapshots stay when a new one is saved; any reason is enough. */
export interface KeepConfig {
  /** The latest ones; at least one, for the run to be resumed. */
  readonly last: number;
  /** Those of the lowest mean loss since the snapshot before. */
  readonly best: number;
  /** One every so many steps; 0 for none. */
  readonly everySteps: number;
  /** Those that are at most so many steps older than the newest; 0 for none but it. */
  readonly withinSteps: number;
}

/** Where results go. */
export interface OutputConfig {
  readonly folder: string;
  readonly run?: string | undefined;
  /** `both` are kohya's and diffusers'. */
  readonly formats: "both" | "kohya" | "diffusers" | "comfyui";
  /** The form of a fine-tuned checkpoint. */
  readonly checkpoint: "folder" | "single-file";
  readonly dtype: "float32" | "float16" | "bfloat16";
}

/** How errors are measured; see `elementErrors`. */
export interface LossConfig {
  readonly measure: ErrorMeasure["kind"];
  readonly huberC?: number | undefined;
  readonly huberSchedule?: HuberThreshold["schedule"] | undefined;
}

/** How timesteps are distributed over their range. */
export const timestepDistributions = ["uniform", "logit_normal", "mode", "cosmap"] as const;

/** Which timesteps are drawn, both ends included; all by default. */
export interface TimestepsConfig {
  readonly distribution: (typeof timestepDistributions)[number];
  readonly min: number;
  readonly max?: number | undefined;
  /** Of the normal distribution below the sigmoid. */
  readonly mean?: number | undefined;
  readonly deviation?: number | undefined;
  /** s of the mode distribution. */
  readonly modeScale?: number | undefined;
  /** Of flow matching: the factor of σ's odds, in place of the base's own. */
  readonly shift?: number | undefined;
  /** The same by the size of the pictures. */
  readonly dynamicShift: boolean;
}

/** How losses are weighted by their timestep; `minSnrGamma` is one more. */
export const weightings = [
  "none",
  "debiased",
  "p2",
  "sigma_sqrt",
  "sigma_squared",
  "cosmap",
] as const;

/** What is minimised. */
export interface ObjectiveConfig {
  readonly loss: LossConfig;
  readonly minSnrGamma?: number | undefined;
  readonly weighting: (typeof weightings)[number];
  readonly p2Gamma?: number | undefined;
  readonly noiseOffset: number;
  readonly adaptiveNoiseScale: number;
  readonly inputPerturbation: number;
  readonly timesteps: TimestepsConfig;
}

/** A complete training config, version 1. */
export interface TrainConfig extends ObjectiveConfig {
  readonly version: 1;
  readonly name: string;
  readonly base: BaseConfig;
  readonly data: DataConfig;
  readonly tuning: TuningName;
  /** Where `tuning` is lora or pivotal. */
  readonly lora?: LoraConfigFields | undefined;
  /** Where `tuning` is full. */
  readonly full?: FullConfig | undefined;
  /** Where `tuning` is textual_inversion or pivotal. */
  readonly embedding?: EmbeddingConfig | undefined;
  /** Whether lora and full train the text encoder as well. */
  readonly textEncoder: { readonly train: boolean; readonly learningRate: number };
  readonly prior?: PriorConfig | undefined;
  readonly ema: EmaConfig;
  readonly optimizer: OptimizerConfig;
  readonly learningRate: number;
  readonly schedule: ScheduleConfig;
  readonly steps: number;
  readonly batchSize: number;
  readonly gradientAccumulation: number;
  /** Parts of a batch that are computed at once; a plan chooses where nothing is said. Results differ by rounding. */
  readonly batchParts?: number | undefined;
  /** 0 leaves gradients as they are. */
  readonly maxGradNorm: number;
  readonly seed: number;
  readonly gradientCheckpointing: "auto" | "on" | "off";
  /** Whether products of the step are computed in float16, the rest and what trains in float32. */
  readonly mixedPrecision: "off" | "float16";
  /** GB that the run may take; activations are computed again and batches split until it fits. */
  readonly maxMemory?: number | undefined;
  readonly samples: SamplesConfig;
  readonly watch: WatchConfig;
  readonly saveEverySteps: number;
  readonly keep: KeepConfig;
  readonly output: OutputConfig;
  readonly cacheFolder?: string | undefined;
  readonly device: {
    readonly backend: "cpu" | "webgpu" | "cuda";
    readonly threads?: number | undefined;
  };
}

/** What a base may advise of a run as a whole; of an adapter and of a word, see {@link GivenConfig}. */
export type AdvisedFields = Pick<
  TrainConfig,
  "learningRate" | "schedule" | "steps" | "batchSize" | "timesteps"
>;

type Open<T, K extends keyof T> = Omit<T, K> & { readonly [F in K]?: T[F] | undefined };

/**
 * A config as it was given, checked: what a base may advise is open where nothing was said, until the base
 * is known.
 */
export type GivenConfig = Omit<
  Open<TrainConfig, keyof AdvisedFields>,
  "lora" | "embedding" | "textEncoder"
> & {
  readonly lora?: Open<LoraConfigFields, "targets"> | undefined;
  readonly embedding?: Open<EmbeddingConfig, "learningRate"> | undefined;
  readonly textEncoder: Open<TrainConfig["textEncoder"], "learningRate">;
};
