/**
 * @file Learning rates by step, equal to those of diffusers' `get_scheduler`: a linear warm-up, then
 * one of four courses.
 */

import { AtelierError } from "@atelier/engine";

/** How a learning rate changes. */
export interface ScheduleOptions {
  readonly name: "constant" | "linear" | "cosine" | "polynomial";
  /** The rate after the warm-up. */
  readonly learningRate: number;
  /** All steps, warm-up included. */
  readonly steps: number;
  readonly warmupSteps: number;
  /** Exponent of `polynomial`. */
  readonly power: number;
  /** Where `polynomial` ends. */
  readonly endLearningRate: number;
}

/**
 * The learning rate of a step, the first of which is 1.
 * @throws AtelierError `config` when the warm-up leaves no steps, or a polynomial ends above its start.
 */
export function learningRateSchedule(options: ScheduleOptions): (step: number) => number {
  const { name, learningRate, steps, warmupSteps } = options;
  if (warmupSteps > 0 && warmupSteps >= steps) {
    throw new AtelierError(
      "config",
      `schedule.warmupSteps: expected fewer than the ${steps} steps of the run, got ${warmupSteps}. Shorten the warm-up or train longer.`,
    );
  }
  if (name === "polynomial" && options.endLearningRate >= learningRate) {
    throw new AtelierError(
      "config",
      `schedule.endLearningRate: expected less than the learning rate ${learningRate}, got ${options.endLearningRate}. Lower it or use the constant schedule.`,
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
function decayed(
  { name, learningRate, power, endLearningRate }: ScheduleOptions,
  progress: number,
): number {
  switch (name) {
    case "constant":
      return learningRate;
    case "linear":
      return learningRate * (1 - progress);
    case "cosine":
      return learningRate * 0.5 * (1 + Math.cos(Math.PI * progress));
    case "polynomial":
      return (learningRate - endLearningRate) * (1 - progress) ** power + endLearningRate;
    default:
      return name satisfies never;
  }
}
