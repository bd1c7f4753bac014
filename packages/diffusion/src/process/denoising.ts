/**
 * @file The denoising objective as a graph: clean latents, noise and timesteps to noisy latents, a
 * model's prediction of the noise or the velocity, and the mean of its errors.
 *
 * x_t = √ᾱ_t·x₀ + √(1 − ᾱ_t)·ε (Ho et al. 2020, eq. 4); targets are ε (eq. 14) or
 * v = √ᾱ_t·ε − √(1 − ᾱ_t)·x₀ (Salimans & Ho 2022, appendix D).
 */

import { add, cast, type GraphNode, mean, mul, sqrt, sub } from "@atelier/engine";
import { type ErrorMeasure, elementErrors } from "./error-measure.js";
import { alphaBarAt, type NoiseSchedule, type PredictionType } from "./noise-schedule.js";
import { timestepTable } from "./timestep-table.js";

/** What {@link denoisingLoss} is made of; all arrays begin with the batch. */
export interface DenoisingOptions {
  readonly schedule: NoiseSchedule;
  readonly predictionType: PredictionType;
  /** Clean latents x₀ `[batch, channels, height, width]`, as the model sees them. */
  readonly latents: GraphNode;
  /** ε, shaped like the latents. */
  readonly noise: GraphNode;
  /** The noise in the latents that the model sees, where it is not the target's; see `perturbNoise`. */
  readonly inputNoise?: GraphNode;
  /** `[batch]`, int64. */
  readonly timesteps: GraphNode;
  /** How errors are measured; squared by default. */
  readonly measure?: ErrorMeasure;
  /**
   * Factors of the errors' places `[batch, 1, height, width]`, from 0 to 1. The mean is still taken over
   * all elements, as in kohya's sd-scripts: a picture counts by the share of it that is seen.
   */
  readonly mask?: GraphNode;
  /** Factors of the samples' losses `[batch]`; `loss-weights.ts` has those that are known. */
  readonly weights?: GraphNode;
  /** The model: noisy latents and timesteps `[batch]` float32 to its prediction. */
  readonly predict: (sample: GraphNode, timestep: GraphNode) => GraphNode;
}

/** The loss of a batch and of its samples. */
export interface DenoisingLoss {
  /** Mean over samples of their (weighted) losses; equals `F.mse_loss` without any option. */
  readonly loss: GraphNode;
  /** Mean error of each sample `[batch]`, masked but not weighted. */
  readonly perSample: GraphNode;
}

/** The denoising loss of a batch. */
export function denoisingLoss(options: DenoisingOptions): DenoisingLoss {
  const { schedule, latents, noise, inputNoise = noise, timesteps, mask, weights } = options;
  const alphaBar = timestepTable(schedule, timesteps, (t) => alphaBarAt(schedule, t));
  const [alpha, sigma] = [sqrt(alphaBar), sqrt(sub(1, alphaBar))];
  const noisy = add(mul(alpha, latents), mul(sigma, inputNoise));
  const prediction = options.predict(noisy, cast(timesteps, "float32"));
  const target = targetOf(options, alpha, sigma);
  const measure = options.measure ?? { kind: "mse" };
  const unmasked = elementErrors({ prediction, target }, measure, { schedule, timesteps });
  const errors = mask === undefined ? unmasked : mul(unmasked, mask);
  const perSample = mean(errors, { axes: [1, 2, 3] });
  // Without weights one mean over all elements, as PyTorch computes it.
  const loss = weights === undefined ? mean(errors) : mean(mul(perSample, weights));
  return { loss, perSample };
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
