/**
 * @file The denoising objective as a graph: clean latents, noise and timesteps to noisy latents, a
 * model's prediction of the noise or the velocity, and the mean squared error.
 *
 * x_t = √ᾱ_t·x₀ + √(1 − ᾱ_t)·ε (Ho et al. 2020, eq. 4); targets are ε (eq. 14) or
 * v = √ᾱ_t·ε − √(1 − ᾱ_t)·x₀ (Salimans & Ho 2022, appendix D).
 */

import {
  add,
  cast,
  constant,
  floatTensor,
  type GraphNode,
  gatherRows,
  mean,
  mul,
  reshape,
  sqrt,
  square,
  sub,
} from "@atelier/engine";
import type { NoiseSchedule, PredictionType } from "../noise/noise-schedule.js";

/** What {@link denoisingLoss} is made of; all arrays begin with the batch. */
export interface DenoisingOptions {
  readonly schedule: NoiseSchedule;
  readonly predictionType: PredictionType;
  /** Clean latents x₀ `[batch, channels, height, width]`, as the model sees them. */
  readonly latents: GraphNode;
  /** ε, shaped like the latents. */
  readonly noise: GraphNode;
  /** `[batch]`, int64. */
  readonly timesteps: GraphNode;
  /** Factors of the samples' losses `[batch]`, such as Min-SNR-γ weights. */
  readonly weights?: GraphNode;
  /** The model: noisy latents and timesteps `[batch]` float32 to its prediction. */
  readonly predict: (sample: GraphNode, timestep: GraphNode) => GraphNode;
}

/** The loss of a batch and of its samples. */
export interface DenoisingLoss {
  /** Mean over samples of their (weighted) losses; equals `F.mse_loss` without weights. */
  readonly loss: GraphNode;
  /** Mean squared error of each sample `[batch]`, not weighted. */
  readonly perSample: GraphNode;
}

/** The denoising loss of a batch. */
export function denoisingLoss(options: DenoisingOptions): DenoisingLoss {
  const { schedule, latents, noise, timesteps, weights, predict } = options;
  const alphaBar = alphaBarOf(schedule, timesteps);
  const [alpha, sigma] = [sqrt(alphaBar), sqrt(sub(1, alphaBar))];
  const noisy = add(mul(alpha, latents), mul(sigma, noise));
  const prediction = predict(noisy, cast(timesteps, "float32"));
  const errors = square(sub(prediction, targetOf(options, alpha, sigma)));
  const perSample = mean(errors, { axes: [1, 2, 3] });
  // Without weights one mean over all elements, as PyTorch computes it.
  const loss = weights === undefined ? mean(errors) : mean(mul(perSample, weights));
  return { loss, perSample };
}

/** ᾱ of each sample, `[batch, 1, 1, 1]`. */
function alphaBarOf(
  { alphasCumprod, numTrainTimesteps }: NoiseSchedule,
  timesteps: GraphNode,
): GraphNode {
  const table = constant(floatTensor(alphasCumprod, [numTrainTimesteps, 1]));
  return reshape(gatherRows(table, timesteps), [-1, 1, 1, 1]);
}

function targetOf(
  { predictionType, latents, noise }: DenoisingOptions,
  alpha: GraphNode,
  sigma: GraphNode,
): GraphNode {
  switch (predictionType) {
    case "epsilon":
      return noise;
    case "v_prediction":
      return sub(mul(alpha, noise), mul(sigma, latents));
    case "sample":
      return latents;
    default:
      return predictionType satisfies never;
  }
}
