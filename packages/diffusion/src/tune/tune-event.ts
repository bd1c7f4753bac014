/** @file What a tune tells while it goes on. */

import type { TrainEvent } from "../train/events/train-event.js";
import type { ResultFile } from "../train/result/result-file.js";
import type { TuneDecision } from "./decision.js";
import type { ProbePlan, ProbeRecord } from "./probe.js";
import type { TuneSettings } from "./settings.js";

/** A tune begins or goes on. */
export interface TuneBegunEvent {
  readonly type: "tune";
  readonly folder: string;
  readonly minutes: number;
  readonly prefer: TuneSettings["prefer"];
  /** Those that it has behind it. */
  readonly probes: readonly ProbePlan[];
}

/** A probe begins or goes on. */
export interface ProbeEvent {
  readonly type: "probe";
  readonly probe: ProbePlan;
  /** Of its run. */
  readonly folder: string;
  /** Whether it is one that has begun before. */
  readonly goesOn: boolean;
  /** What it takes at most, where a pace is known. */
  readonly seconds?: number;
}

/** What the training of a probe tells. */
export interface ProbeTrainingEvent {
  readonly type: "training";
  /** Its id. */
  readonly probe: string;
  readonly event: TrainEvent;
}

/** A probe has come to its rung or its end. */
export interface MeasuredEvent {
  readonly type: "measured";
  readonly record: ProbeRecord;
}

/** Something was decided; a tune that goes on tells again what was. */
export interface DecisionEvent {
  readonly type: "decision";
  readonly decision: TuneDecision;
}

/** The tune is done. */
export interface TunedEvent {
  readonly type: "done";
  readonly folder: string;
  /** The chosen settings: a config to train with. */
  readonly config: string;
  /** The run of the final training, and what it made. */
  readonly run: string;
  readonly results: readonly ResultFile[];
  /** Of the process that ends it. */
  readonly seconds: number;
}

/** The tune was asked to stop, and can go on. */
export interface TuneStoppedEvent {
  readonly type: "stopped";
  readonly folder: string;
}

/** One of them. */
export type TuneEvent =
  | TuneBegunEvent
  | ProbeEvent
  | ProbeTrainingEvent
  | MeasuredEvent
  | DecisionEvent
  | TunedEvent
  | TuneStoppedEvent;
