/**
 * @file The denoising objective as a graph: clean latents, noise and times to noisy latents, a model's
 * prediction, and the mean of its errors. What is mixed and predicted is the process's.
 */

import { type GraphNode, mean, mul } from "@atelier/engine";
import { type ErrorMeasure, elementErrors } from "./error-measure.js";
import type { Process } from "./process.js";

/** What {@link denoisingLoss} is made of; all arrays begin with the batch. */
export interface DenoisingOptions {
  readonly process: Process;
  /** Clean latents x₀ `[batch, channels, height, width]`, as the model sees them. */
  readonly latents: GraphNode;
  /** ε, shaped like the latents. */
  readonly noise: GraphNode;
  /** The noise in the latents that the model sees, where it is not the target's; see `perturbNoise`. */
  readonly inputNoise?: GraphNode;
  /** `[batch]`, an input of the process. */
  readonly times: GraphNode;
  /** How errors are measured; squared by default. */
  readonly measure?: ErrorMeasure;
  /**
   * Factors of the errors' places `[batch, 1, height, width]`, from 0 to 1. The mean is still taken over
   * all elements, as in kohya's sd-scripts: a picture counts by the share of it that is seen.
   */
  readonly mask?: GraphNode;
  /** Factors of the samples' losses `[batch]`; `loss-weights.ts` has those that are known. */
  readonly weights?: GraphNode;
  /** The model: noisy latents and times `[batch]` float32 to its prediction. */
  readonly predict: (sample: GraphNode, time: GraphNode) => GraphNode;
}

/** The loss of a batch and of its samples. */
export interface DenoisingLoss {
  /** Mean over samples of their (weighted) losses; equals `F.mse_loss` without any option. */
  readonly loss: GraphNode;
  /** Mean error of each sample `[batch]`, masked but not weighted. */
  readonly perSample: GraphNode;
  /** What the model said, shaped like the latents. */
  readonly prediction: GraphNode;
  /** What it was to say, likewise. */
  readonly target: GraphNode;
}

/** The denoising loss of a batch. */
export function denoisingLoss(options: DenoisingOptions): DenoisingLoss {
  const { process, latents, noise, inputNoise = noise, times, mask, weights } = options;
  const noisy = process.mix({ latents, noise: inputNoise }, times);
  const prediction = options.predict(noisy, process.modelTime(times));
  const target = process.target({ latents, noise }, times);
  const thresholdOf: Parameters<typeof elementErrors>[2] = (threshold) =>
    process.huberThreshold(threshold, times);
  const unmasked = elementErrors(
    { prediction, target },
    options.measure ?? { kind: "mse" },
    thresholdOf,
  );
  const errors = mask === undefined ? unmasked : mul(unmasked, mask);
  const perSample = mean(errors, { axes: [1, 2, 3] });
  // Without weights one mean over all elements, as PyTorch computes it.
  const loss = weights === undefined ? mean(errors) : mean(mul(perSample, weights));
  return { loss, perSample, prediction, target };
}
