/** @file The type of a complete training config; `config.ts` checks one and holds all defaults. */

import type { PredictionType } from "../noise/noise-schedule.js";
import type { SamplerName } from "../samplers/sampler-names.js";

/** The model that is fine-tuned: either `path` or `repo`; the path `embedded` is Atelier's own base. */
export interface BaseConfig {
  readonly path?: string | undefined;
  readonly repo?: string | undefined;
  readonly revision: string;
  readonly variant?: string | undefined;
  /** `Pipeline.fingerprint` of the base that is meant. */
  readonly fingerprint?: string | undefined;
  readonly offline: boolean;
  readonly predictionType?: Exclude<PredictionType, "sample"> | undefined;
}

/** The pictures and how they are prepared. */
export interface DataConfig {
  readonly folder: string;
  readonly prompt?: string | undefined;
  readonly captions: "auto" | "prompt";
  /** In pixels. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly crop: "center" | "random";
  readonly flip: boolean;
  readonly repeats: number;
  readonly filter: "lanczos" | "bicubic" | "bilinear";
  readonly animated: "refuse" | "first-frame";
  readonly minSidePixels: number;
}

/** The adapter. */
export interface LoraConfigFields {
  readonly rank: number;
  readonly alpha?: number | undefined;
  readonly targets: readonly string[];
  readonly dropout: number;
  readonly init: "gaussian" | "kaiming";
  readonly startFrom?: string | undefined;
  readonly textEncoder: { readonly train: boolean; readonly learningRate: number };
}

/** How weights are updated. */
export interface OptimizerConfig {
  readonly name: "adamw" | "adam" | "sgd";
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly momentum: number;
}

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

/** Where results go. */
export interface OutputConfig {
  readonly folder: string;
  readonly run?: string | undefined;
  readonly formats: "both" | "kohya" | "diffusers";
  readonly dtype: "float32" | "float16" | "bfloat16";
}

/** A complete training config, version 1. */
export interface TrainConfig {
  readonly version: 1;
  readonly name: string;
  readonly base: BaseConfig;
  readonly data: DataConfig;
  readonly lora: LoraConfigFields;
  readonly optimizer: OptimizerConfig;
  readonly learningRate: number;
  readonly schedule: {
    readonly name: "constant" | "linear" | "cosine" | "polynomial";
    readonly warmupSteps: number;
    readonly power: number;
    readonly endLearningRate: number;
  };
  readonly steps: number;
  readonly batchSize: number;
  readonly gradientAccumulation: number;
  /** 0 leaves gradients as they are. */
  readonly maxGradNorm: number;
  readonly minSnrGamma?: number | undefined;
  readonly noiseOffset: number;
  readonly seed: number;
  readonly gradientCheckpointing: "auto" | "on" | "off";
  readonly samples: SamplesConfig;
  readonly saveEverySteps: number;
  readonly output: OutputConfig;
  readonly cacheFolder?: string | undefined;
  readonly device: {
    readonly backend: "cpu" | "webgpu" | "cuda";
    readonly threads?: number | undefined;
  };
}
