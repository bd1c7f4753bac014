/**
 * @file Who watches a run: values that may look at the training after a step, and ask for something. The
 * run knows none of them by name; samples, snapshots and alarms are watchers like any other.
 */

import type { FloatTensor, StepResults, TensorMap } from "@atelier/engine";
import type { WarningEvent } from "../../core/warnings/warning.js";
import type { GeneratedImage } from "../../pipeline/generate-events.js";
import type { GenerateOptions } from "../../pipeline/generate-settings.js";
import type { TrainingBatch } from "../data/batch-part.js";
import type { LookEvent, SampleEvent, VerdictEvent } from "../events/train-event.js";
import type { ParameterValues } from "../parts/tuning-part.js";
import type { RunPlan } from "../plan/plan-run.js";

/** Looks at a training: by default a fine-tuning, through what it is shown and what it may tell. */
export interface Watcher<View = TrainingView, Told = WatchEvent> {
  /** Unlike that of any other watcher of the run: snapshots know it by this. */
  readonly name: string;
  /** Reads the start, with the first values in place, also where the run goes on from a snapshot. */
  begin?(probe: TrainingView["probe"]): Promise<void>;
  /** Whether it looks after a step: a pure function, so that a resumed run looks where one without a break does. */
  due(step: number): boolean;
  /** Is told of every step, before anyone looks; what it keeps of it is part of its state. */
  note?(step: NotedStep): void;
  /**
   * Looks, tells what it sees, and ends with what it asks for. It draws random numbers of its own alone, and
   * changes its state at its end: a look that is cut off is begun again when the run goes on.
   */
  look(view: View): AsyncGenerator<Told, Action, undefined>;
  /** What later looks depend on, if on anything: part of every snapshot. */
  state?(): WatchState;
  /** Goes on from a state. @throws AtelierError `training` for one that is not its own. */
  restore?(state: WatchState): void;
}

/** What watchers are told of each step. */
export interface NotedStep {
  readonly loss: number;
  /** Before clipping. */
  readonly gradNorm: number;
}

/** Makes the watchers of a run, once for each time that it begins or goes on. */
export type WatcherFactory = (plan: RunPlan) => readonly Watcher[];

/** Plain data that survives JSON: no NaN, no infinities. */
export type WatchState =
  | null
  | boolean
  | number
  | string
  | readonly WatchState[]
  | { readonly [name: string]: WatchState };

/** What a watcher tells; warnings of its own it tells as `in-words`. */
export type WatchEvent = SampleEvent | LookEvent | VerdictEvent | WarningEvent;

/** What a watcher asks for. */
export type Action =
  | { readonly kind: "go" }
  /** The state of the training is saved, with the states of all watchers after their looks. */
  | { readonly kind: "snapshot" }
  /** The run is done. The reason is a sentence for people. */
  | { readonly kind: "stop"; readonly reason: string }
  | GoBack
  /** From the next step on, what the base predicts of the class is kept beside the training; see `RunPlan.keeping`. */
  | { readonly kind: "prior" };

/** The run goes on from values that were kept, and with nothing that the optimizer remembers. */
export interface GoBack {
  readonly kind: "return";
  /** The step whose values they are. */
  readonly to: number;
  /** Times the rate that the schedule has for each later step. */
  readonly rateFactor: number;
  /** Steps over which the rate falls to 0; it does not by default. */
  readonly fallsOver?: number;
  /** A sentence for people. */
  readonly reason: string;
}

/** A training between two steps, as watchers see it. Nothing of it changes the training. */
export interface TrainingView {
  /** Finished steps. */
  readonly step: number;
  readonly plan: RunPlan;
  /** What is trained, its average where one is kept: maybe overwritten by the next step. */
  readonly values: () => Promise<ParameterValues>;
  /** What the last step made of it, averages aside: likewise. */
  readonly latestValues: () => Promise<ParameterValues>;
  /** The inputs of the run's batch of a number, from 0, with its noise, timesteps and dropout. */
  readonly batch: (index: number) => TrainingBatch;
  /**
   * What the training's loss says of inputs, with the average where one is kept. Their names and shapes
   * are those of {@link TrainingView.batch}; the same inputs at the same values give the same bits.
   */
  readonly loss: (inputs: TensorMap) => Promise<BatchLoss>;
  /** What the inputs of a probe, known to the stepper, give with the same values. */
  readonly probe: (inputs: TensorMap) => Promise<StepResults>;
  /**
   * Keeps {@link TrainingView.values} as the best so far, and of what was kept before only what a run that goes
   * on from a snapshot needs.
   * @param bestAt what was the best, as it was known at a step
   * @throws AtelierError `file`.
   */
  readonly keep: (bestAt: (step: number) => number) => Promise<void>;
  /** Draws with {@link TrainingView.values}. @throws AtelierError `aborted` on the run's signal, `runtime`. */
  readonly draw: Draw;
  /** Draws with the base, without a word or an adapter that is trained. @throws AtelierError likewise. */
  readonly drawBase: Draw;
}

/** A loss, and its parts. */
export interface BatchLoss {
  readonly loss: number;
  /** `[batch]`: of each row, before weights and priors. */
  readonly perSample: FloatTensor;
}

/** Draws pictures, in the order of the requests. */
export type Draw = (
  requests: readonly DrawRequest[],
) => AsyncGenerator<Drawn | WarningEvent, void, undefined>;

/** A picture to be drawn. */
export type DrawRequest = Omit<GenerateOptions, "adapters" | "count">;

/** A picture that was drawn. */
export interface Drawn {
  readonly type: "drawn";
  /** Of its request. */
  readonly index: number;
  readonly image: GeneratedImage;
}
