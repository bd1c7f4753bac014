/**
 * @file How strongly a config trains, in numbers that compare across trainers: another rate with another
 * alpha, batch or number of steps can be the same training, and the same rate can be another.
 */

import type { TrainConfig } from "../config/train-config.js";

/** Strength of a training. */
export interface TrainingStrength {
  /** Learning rate × alpha / rank (√rank with rslora): how far a step moves the weights of a layer. */
  readonly scaledRate: number;
  readonly picturesPerStep: number;
  /** Pictures that the whole run shows. */
  readonly picturesShown: number;
}

/** The strength of a config. */
export function trainingStrength({
  learningRate,
  lora,
  batchSize,
  gradientAccumulation,
  steps,
}: TrainConfig): TrainingStrength {
  const { rank = 1, alpha = rank, method } = lora ?? {};
  const scale = alpha / (method === "rslora" ? Math.sqrt(rank) : rank);
  const picturesPerStep = batchSize * gradientAccumulation;
  return {
    scaledRate: learningRate * scale,
    picturesPerStep,
    picturesShown: picturesPerStep * steps,
  };
}
