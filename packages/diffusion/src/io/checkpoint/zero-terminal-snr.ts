/** @file A checkpoint whose last timestep is pure noise, for training and drawing alike. */

import type { Checkpoint } from "./checkpoint.js";

/**
 * The same checkpoint with a rescaled schedule, drawn from its last timestep on (Lin et al. 2023, arXiv
 * 2305.08891, sections 3.1 and 3.3).
 */
export function withZeroTerminalSnr(checkpoint: Checkpoint): Checkpoint {
  const { scheduler } = checkpoint;
  const rescaled = { rescale_betas_zero_snr: true, timestep_spacing: "trailing" };
  // Samplers over σ have no place to begin where σ is infinite.
  return { ...checkpoint, scheduler: { ...scheduler, ...rescaled, _class_name: "DDIMScheduler" } };
}
