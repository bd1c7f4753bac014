/** @file Between what an autoencoder computes and what a diffusion model sees. */

import { add, div, exp, type GraphNode, mul, sub } from "@atelier/engine";
import type { VaeConfig } from "./config.js";
import type { LatentDistribution } from "./model.js";

/** mean + σ·noise, not yet scaled; the noise is standard normal and shaped like the mean. */
export function sampleLatents(
  { mean, logVariance }: LatentDistribution,
  noise: GraphNode,
): GraphNode {
  return add(mean, mul(exp(mul(logVariance, 0.5)), noise));
}

/** Latents as the diffusion model sees them: `(latents − shiftFactor)·scalingFactor`. */
export function scaleLatents(config: VaeConfig, latents: GraphNode): GraphNode {
  const centred = config.shiftFactor === 0 ? latents : sub(latents, config.shiftFactor);
  return mul(centred, config.scalingFactor);
}

/** Latents as the decoder reads them: the inverse of {@link scaleLatents}. */
export function unscaleLatents(config: VaeConfig, latents: GraphNode): GraphNode {
  const centred = div(latents, config.scalingFactor);
  return config.shiftFactor === 0 ? centred : add(centred, config.shiftFactor);
}
