/** @file What a tune decides, as data: sentences are made where they are shown. */

import type { FactorChange, ProbeEnd } from "./probe.js";

/** A decision with what it was made by. */
export type TuneDecision =
  /** Rates from here on break the training; `isOpen` where none did. */
  | { readonly code: "highest-rate"; readonly rate: number; readonly isOpen: boolean }
  /** There is no time for a probe; as many minutes would do. The usual settings are trained. */
  | { readonly code: "too-short"; readonly minutes: number; readonly enough: number }
  /** All pictures have look-alikes: nothing can be compared. The usual settings are trained. */
  | { readonly code: "nothing-held-out" }
  /** No probe came to a look. The usual settings are trained. */
  | { readonly code: "nothing-measured" }
  /** How far the fast probe came: best after `step` steps, or still getting better at its last one. */
  | {
      readonly code: "fast-probe";
      readonly rate: number;
      readonly step: number;
      readonly end: ProbeEnd;
      readonly isStillLearning: boolean;
    }
  /** Other rates that are tried, and those for which there is no time. */
  | {
      readonly code: "rates";
      readonly tried: readonly number[];
      readonly left: readonly number[];
    }
  /** What else is tried at the best rate, and for what there is no time. */
  | {
      readonly code: "factors";
      readonly tried: readonly FactorChange[];
      readonly left: readonly FactorChange[];
    }
  /** Of probes that have come as far, the better half goes on. By their ids, the best first. */
  | {
      readonly code: "halved";
      readonly kept: readonly string[];
      readonly left: readonly string[];
    }
  /** The best rate. */
  | { readonly code: "rate"; readonly id: string; readonly rate: number }
  /** The settings that are the result. */
  | {
      readonly code: "chosen";
      readonly id: string;
      /** One of a lower cost that the chosen is as good as but for chance. */
      readonly over?: string;
      /** Probes that another is better than in everything. */
      readonly dominated: readonly string[];
      /** Whether it is better than the base itself, by what is preferred. */
      readonly beatsBase: boolean;
    }
  /** Steps of the final training; `wanted` are more where there is no time for them. */
  | { readonly code: "final"; readonly steps: number; readonly wanted: number }
  /** What came of it, beside the probe that promised it, which was best at a step. */
  | {
      readonly code: "outcome";
      readonly id: string;
      readonly step: number;
      readonly isWorse: boolean;
    };
