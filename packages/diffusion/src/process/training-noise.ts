/** @file What training adds to plain Gaussian noise, as graphs: an offset per channel, a perturbation. */

import { abs, add, type GraphNode, maximum, mean, mul } from "@atelier/engine";

/** How far the noise of each channel is moved as a whole. */
export interface NoiseOffset {
  /** Standard deviation of the offset. */
  readonly strength: number;
  /** Added to the strength for each unit of the channel's absolute mean; 0 for none, may be negative. */
  readonly adaptive: number;
}

/**
 * ε + s·o with s = max(0, strength + adaptive·|mean of the channel|): noise that is not zero on average,
 * which lets a model learn pictures that are dark or bright as a whole (Guttenberg 2023; the formula
 * is that of kohya's `--noise_offset` and `--adaptive_noise_scale`).
 * @param noise ε, `[batch, channels, height, width]`
 * @param options.latents x₀ as the model sees it, shaped like the noise
 * @param options.offset o, standard normal numbers `[batch, channels, 1, 1]`
 */
export function offsetNoise(
  noise: GraphNode,
  { strength, adaptive }: NoiseOffset,
  { latents, offset }: Readonly<Record<"latents" | "offset", GraphNode>>,
): GraphNode {
  if (adaptive === 0) return add(noise, mul(offset, strength));
  const level = abs(mean(latents, { axes: [2, 3], keepDims: true }));
  return add(noise, mul(maximum(add(mul(level, adaptive), strength), 0), offset));
}

/**
 * ε + γ·ξ: the noise that the model sees, while its target stays ε (input perturbation, Ning et al.
 * 2023, arXiv 2301.11706).
 * @param perturbation ξ, standard normal numbers shaped like the noise
 */
export function perturbNoise(noise: GraphNode, gamma: number, perturbation: GraphNode): GraphNode {
  return add(noise, mul(perturbation, gamma));
}
