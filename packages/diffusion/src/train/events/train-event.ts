/** @file What a training run tells while it goes on; command line, files and interfaces read the same stream. */

import type { Kept, LearnedBank, Verdict } from "../../core/verdict.js";
import type { WarningEvent } from "../../core/warnings/warning.js";
import type { BucketReport } from "../../data/buckets.js";
import type { ProcessPrediction } from "../../process/prediction-type.js";
import type { Banks, Look } from "../../verdicts/history.js";
import type { TuningName } from "../config/train-config.js";
import type { MemoryPlan } from "../plan/memory-plan.js";
import type { ResultFile } from "../result/result-file.js";

/** What the run is going to do, once everything is known and before anything takes long. */
export interface PlanEvent {
  readonly type: "plan";
  /** The run's folder. */
  readonly folder: string;
  readonly base: string;
  /** Of the base, where it has one: the same for the same weights. */
  readonly baseFingerprint?: string | undefined;
  readonly pictures: number;
  readonly width: number;
  readonly height: number;
  /** Which picture is trained at which size, and what is cropped away. */
  readonly buckets: readonly BucketReport[];
  readonly steps: number;
  /** A prompt to draw with what is trained: the first sample's. */
  readonly prompt: string;
  /** Of the base's tokenizer, where it lies in a folder. */
  readonly tokenizerFolder?: string | undefined;
  /** Pictures that one step sees. */
  readonly picturesPerStep: number;
  readonly tuning: TuningName;
  /** Of an adapter. */
  readonly adaptedLayers: number;
  readonly trainedParameters: number;
  readonly predictionType: ProcessPrediction;
  readonly usesGradientCheckpointing: boolean;
  /** Pictures of a batch; a step has as many batches as make `picturesPerStep`. */
  readonly batchSize: number;
  /** What the run is going to take. */
  readonly memory: MemoryPlan;
}

/** Preparation goes on; downloads and weights that are stored anew count bytes, the other stages parts. */
export interface ProgressEvent {
  readonly type: "progress";
  readonly stage:
    | "download"
    | "quantize"
    | "weights"
    | "class-pictures"
    | "captions"
    | "latents"
    | "probes"
    | "compile"
    | "check";
  readonly done: number;
  readonly total: number;
  /** Of this stage; absent while nothing is known. */
  readonly secondsLeft?: number | undefined;
}

/** A finished step. */
export interface StepEvent {
  readonly type: "step";
  /** The first is 1. */
  readonly step: number;
  readonly steps: number;
  /** Mean over the step's batches. */
  readonly loss: number;
  /** Before clipping. */
  readonly gradNorm: number;
  readonly learningRate: number;
  /** In mixed precision: what the loss was multiplied by, */
  readonly lossScale?: number | undefined;
  /** after so many times at which gradients overflowed at larger factors and were computed again. */
  readonly overflows?: number | undefined;
  /** Average over the latest steps. */
  readonly secondsPerStep: number;
  readonly secondsLeft: number;
  /** Resident memory of the training process. */
  readonly memoryBytes: number;
}

/** A picture was drawn with what is trained as it is. */
export interface SampleEvent {
  readonly type: "sample";
  readonly step: number;
  readonly path: string;
  readonly prompt: string;
  readonly seed: number;
}

/** A folder of pictures that are looked at, and how many it holds. */
export interface ValidationFolder {
  readonly folder: string;
  readonly pictures: number;
}

/** How the run is going to be watched. */
export interface WatchPlanEvent {
  readonly type: "watch";
  /** Steps after which it is looked at. */
  readonly steps: readonly number[];
  /** Names of the pictures that are not trained on. */
  readonly heldOut: readonly string[];
  /** Where those are of a folder of their own, and none of the run's pictures; it may hold more of them. */
  readonly validation?: ValidationFolder | undefined;
  /** Whose drift is measured, where the class is known. */
  readonly classPrompt?: string | undefined;
  /** Whether what the base predicts of the class is kept beside the training from its start on. */
  readonly keepsClass?: boolean | undefined;
  readonly banks: Banks;
}

/** The run was looked at. */
export interface LookEvent extends Look {
  /** Of step 0 the losses of all banks, else as {@link Look} has them. */
  readonly type: "look";
  readonly seconds: number;
}

/** What the looks so far say, whenever that changes, and at the last one. */
export type VerdictEvent = Verdict & {
  readonly type: "verdict";
  /** In English, with what to do. */
  readonly sentence: string;
};

/** The run goes on from a snapshot. */
export interface ResumedEvent {
  readonly type: "resumed";
  /** Finished steps; 0 where there was no snapshot yet. */
  readonly step: number;
}

/** The state of the training and what it has made so far were saved. */
export interface SnapshotEvent {
  readonly type: "snapshot";
  readonly step: number;
  /** What was made. */
  readonly results: readonly ResultFile[];
}

/** Why a run is done before its last step. */
export interface WatcherStop {
  /** Its name, or `byRequest`. */
  readonly watcher: string;
  readonly reason: string;
}

/** How a run ended. */
interface RunEnd {
  /** Finished steps. */
  readonly step: number;
  readonly folder: string;
  /** What was made; nothing when it stopped before the first step. */
  readonly results: readonly ResultFile[];
  readonly seconds: number;
}

/** All steps are done, or a watcher said that the run is, or people did. */
export interface DoneEvent extends RunEnd {
  readonly type: "done";
  /** Of a run that a watcher ended, or that was asked to finish. */
  readonly stop?: WatcherStop | undefined;
  /** Where the results are not those of the last step. */
  readonly kept?: KeptStep | undefined;
}

/** The step whose values are the result, since they were the best. */
export interface KeptStep {
  readonly best: Kept;
  readonly bank: LearnedBank;
  /** Why, in English. */
  readonly sentence: string;
  /** What the last step made. */
  readonly last: readonly ResultFile[];
}

/** The run was asked to stop, and can go on. */
export interface StoppedEvent extends RunEnd {
  readonly type: "stopped";
}

/** The run is over. */
export type EndEvent = DoneEvent | StoppedEvent;

/** What a training run tells. */
export type TrainEvent =
  | PlanEvent
  | WarningEvent
  | ProgressEvent
  | StepEvent
  | SampleEvent
  | WatchPlanEvent
  | LookEvent
  | VerdictEvent
  | ResumedEvent
  | SnapshotEvent
  | EndEvent;
