/** @file What a pre-training tells while it goes on; the command prints it and appends it to events.jsonl. */

import type { ModelName } from "./models.js";

/** What is going to be trained, from which step on. */
export interface PlanEvent {
  readonly type: "plan";
  readonly model: ModelName;
  readonly folder: string;
  /** Finished steps of earlier runs. */
  readonly step: number;
  readonly steps: number;
  readonly trainedParameters: number;
}

/** Latents are encoded before a UNet can be trained. */
export interface PreparationEvent {
  readonly type: "preparation";
  readonly done: number;
  readonly total: number;
}

/** Something to know before training begins. */
export interface NoteEvent {
  readonly type: "note";
  readonly text: string;
}

/** Steps that a {@link StepsEvent} speaks of, or what is left of them at the end. */
export const reportEverySteps = 10;

/** Means over the steps since the last event of this kind. */
export interface StepsEvent {
  readonly type: "steps";
  /** Finished steps. */
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** Before clipping. */
  readonly gradNorm: number;
  readonly learningRate: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly secondsPerStep: number;
  readonly secondsLeft: number;
}

/** The averaged weights were tried. */
export interface EvaluationEvent {
  readonly type: "evaluation";
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** A picture file to look at. */
  readonly sheet?: string;
}

/** The state was saved. */
export interface SavedEvent {
  readonly type: "saved";
  readonly step: number;
  readonly path: string;
}

/** The run is over: all steps are done, or time or the user ended it. */
export interface EndEvent {
  readonly type: "done" | "stopped";
  readonly step: number;
  readonly steps: number;
  readonly seconds: number;
}

/** The training goes on from an exported model. */
export interface ImportedEvent {
  readonly type: "imported";
  /** Finished steps. */
  readonly step: number;
  /** What they took. */
  readonly seconds: number;
}

/** What a pre-training tells. */
export type PretrainEvent =
  | PlanEvent
  | PreparationEvent
  | NoteEvent
  | StepsEvent
  | EvaluationEvent
  | SavedEvent
  | ImportedEvent
  | EndEvent;
