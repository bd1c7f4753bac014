/**
 * @file Learning rates by step: a linear warm-up, then one of seven courses. Those that diffusers and
 * transformers have are equal to theirs.
 */

import { AtelierError, said } from "@atelier/engine";
import type { ScheduleConfig } from "../config/train-config.js";

/** A schedule of a run. */
export type ScheduleOptions = ScheduleConfig & {
  /** The rate after the warm-up. */
  readonly learningRate: number;
  /** All steps, warm-up included. */
  readonly steps: number;
};

/**
 * The learning rate of a step, the first of which is 1.
 * @throws AtelierError `config` when the warm-up leaves no steps, or a polynomial ends above its start.
 */
export function learningRateSchedule(options: ScheduleOptions): (step: number) => number {
  const { learningRate, steps, warmupShare } = options;
  const warmupSteps = options.warmupSteps + Math.floor(warmupShare * steps);
  if (warmupSteps > 0 && warmupSteps >= steps) {
    throw new AtelierError(
      "config",
      said`schedule.warmupSteps: expected fewer than the ${steps} steps of the run, got ${warmupSteps}. Shorten the warm-up or train longer.`,
    );
  }
  if (options.name === "polynomial" && options.endLearningRate >= learningRate) {
    throw new AtelierError(
      "config",
      said`schedule.endLearningRate: expected less than the learning rate ${learningRate}, got ${options.endLearningRate}. Lower it or use the constant schedule.`,
    );
  }
  return (step) => {
    const finished = step - 1;
    if (finished < warmupSteps) return (learningRate * finished) / warmupSteps;
    const progress = Math.min(1, (finished - warmupSteps) / (steps - warmupSteps));
    return decayed(options, progress);
  };
}

/** The rate at a share of the steps after the warm-up. */
function decayed(options: ScheduleOptions, progress: number): number {
  const { learningRate } = options;
  switch (options.name) {
    case "constant":
      return learningRate;
    case "linear":
      return learningRate * above(options.minRatio, 1 - progress);
    case "cosine":
      return learningRate * above(options.minRatio, halfCosine(progress));
    case "cosine_with_restarts": {
      const within = progress >= 1 ? 1 : (options.cycles * progress) % 1;
      return learningRate * above(options.minRatio, halfCosine(within));
    }
    case "polynomial": {
      const { power, endLearningRate } = options;
      return (learningRate - endLearningRate) * (1 - progress) ** power + endLearningRate;
    }
    case "rex": {
      const { bend, minRatio } = options;
      const left = 1 - progress;
      return learningRate * above(minRatio, left / (1 - bend + bend * left));
    }
    case "exponential":
      return learningRate * options.endRatio ** progress;
    default:
      return options satisfies never;
  }
}

/** From 1 down to 0. */
const halfCosine = (progress: number): number => 0.5 * (1 + Math.cos(Math.PI * progress));

/** A factor that falls from 1 to 0, made to end at `floor`. */
const above = (floor: number, factor: number): number => floor + (1 - floor) * factor;
