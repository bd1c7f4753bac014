/** @file A probe: a short watched training that tells how good some settings are, and what it has measured. */

import type { Estimate, Learned } from "../core/verdict.js";
import type { ProbeRow } from "../verdicts/history.js";

/**
 * What a probe is for, in their order. `range`: which rates break the training. `fast`: how far a training goes at a
 * high rate. `rates`: lower ones. `factors`: what else may be better at the best rate. `final`: the chosen settings in
 * full. `defaults`: the usual settings in full, where nothing can be tuned.
 */
export const probeStages = ["range", "fast", "rates", "factors", "final", "defaults"] as const;

/** One of them. */
export type ProbeStage = (typeof probeStages)[number];

/** What a probe may change besides rate and steps. */
export type FactorChange =
  /** What the base predicts of the class is kept beside the training. */
  | { readonly kind: "prior"; readonly classPrompt: string }
  /** Layers that an adapter changes. */
  | { readonly kind: "layers"; readonly targets: readonly string[] }
  | { readonly kind: "rank"; readonly rank: number }
  /** Parts of the model whose weights train. */
  | { readonly kind: "parts"; readonly parts: readonly string[] };

/** Kinds of changes. */
export const factorKinds = ["prior", "layers", "rank", "parts"] as const;

/** One of them. */
export type FactorKind = (typeof factorKinds)[number];

/** A probe that is to be made. */
export interface ProbePlan {
  /** Of its own within a tune; names its folder. */
  readonly id: string;
  readonly stage: ProbeStage;
  /** Of the run; at its first step where it rises. */
  readonly learningRate: number;
  readonly steps: number;
  readonly change?: FactorChange;
  /** The step of a look after which it waits until others have come as far. */
  readonly rung?: number;
  /**
   * Of a full training of which nothing is expected to be better than the base by what is preferred: the step of the
   * lowest error is kept then, since the base itself is no result.
   */
  readonly keepsLowestError?: true;
}

/** Why a probe is over. */
export type ProbeEnd =
  /** All its steps are done. */
  | "last-step"
  /** Two looks in a row are clearly worse than the best one. */
  | "past-best"
  | "overfitting"
  | "learned-enough"
  /** The training falls apart, or some number was not finite. */
  | "broke"
  /** A range test has seen the rates that break the training. */
  | "found"
  /** A change that the settings do not bear, such as one that takes too much memory. */
  | "refused"
  /** The tune has not the time for it. */
  | "too-slow"
  /** No picture can be held out, so that nothing can be compared. */
  | "nothing-held-out";

/** What a probe had learned and forgotten at a look. */
export interface ProbePoint {
  readonly step: number;
  /** Of pictures held out. */
  readonly learned: Learned;
  /** The mean log-ratio of losses in training. */
  readonly train: number;
  readonly generic?: Estimate;
  readonly class?: Estimate;
  /** −U: what is left of the error, and what is forgotten by as much as that counts. 0 is the base. */
  readonly cost: number;
  /** Log-ratios of losses of pictures held out, row by row. */
  readonly rows: readonly number[];
}

/** What a probe takes, measured. */
export interface Pace {
  readonly secondsPerStep: number;
  readonly secondsPerLook: number;
  /** Before the first step. */
  readonly startSeconds: number;
}

/** A probe that was begun and has come to its rung or to its end. */
export interface ProbeRecord {
  readonly plan: ProbePlan;
  /** Absent while it waits at its rung. */
  readonly end?: ProbeEnd;
  /** Looks at which all numbers were finite. */
  readonly points: readonly ProbePoint[];
  /** Steps that it took. */
  readonly step: number;
  /** What the rows of its points are. */
  readonly rows: readonly ProbeRow[];
  readonly heldOut: readonly string[];
  /** Whose drift was measured. */
  readonly classPrompt?: string;
  /** Why it was refused. */
  readonly problem?: string;
  /** Of a range test: what all later probes are planned by, so that a tune that goes on plans the same. */
  readonly pace?: Pace;
  /** Of a range test: the rate at which it broke, or the last one where none did. */
  readonly limit?: RangeLimit;
}

/** What a range test has found. */
export interface RangeLimit {
  readonly rate: number;
  /** Whether no rate broke the training: the limit may be higher. */
  readonly isOpen: boolean;
}
