/** @file What is tuned, in how much time, and for what. */

import type { Preference } from "../core/verdict.js";
import type { TrainConfig } from "../train/config/train-config.js";
import type { FactorKind } from "./probe.js";

/** What a tune was asked for. */
export interface TuneSettings {
  /** Complete, without a run's folder. What it says of anything but rate, schedule, steps and looks stays, unless varied. */
  readonly config: TrainConfig;
  readonly minutes: number;
  readonly prefer: Preference;
  /** What may be varied besides the rate. */
  readonly vary: readonly FactorKind[];
}

/** Pictures that a step sees. */
export const rowsPerStep = ({
  batchSize,
  gradientAccumulation,
}: Pick<TrainConfig, "batchSize" | "gradientAccumulation">): number =>
  batchSize * gradientAccumulation;
