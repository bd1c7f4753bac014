/** @file Multistep sampling of latent consistency models (Luo et al. 2023, arXiv 2310.04378). */

import { AtelierError, said } from "@atelier/engine";
import { predictX0 } from "./prediction.js";
import type { SamplingMethod } from "./sampler.js";
import { discretePlan, type MethodContext } from "./sampling-plan.js";
import type { SchedulerConfig } from "./scheduler-fields.js";
import { weightedSum } from "./weighted-sum.js";

/** σ_data of the boundary conditions (Song et al. 2023, arXiv 2303.01469, appendix C). */
const sigmaData = 0.5;

/** Algorithm 3: to the estimate of x₀ and back to the noise of the next timestep. */
export function lcm(context: MethodContext): SamplingMethod {
  const { config, steps } = context;
  const plan = discretePlan(context, consistencyTimesteps(config, steps));
  return {
    plan,
    begin: () => (modelOutput, sample, at, noise) => {
      const scaled = at.timestep * config.timestep_scaling;
      const norm = scaled ** 2 + sigmaData ** 2;
      const cSkip = sigmaData ** 2 / norm;
      const cOut = scaled / Math.sqrt(norm);
      const x0 = predictX0(context, modelOutput, sample, at);
      const denoised = weightedSum([cOut, x0], [cSkip, sample]);
      if (at.index === plan.evaluations.length - 1) return denoised;
      const { signal, noise: sigma } = at.next;
      return weightedSum([signal, denoised], [sigma, noise.randn(sample.length)]);
    },
  };
}

/** Evenly many of the timesteps that the model was distilled on, from the noisiest down. */
function consistencyTimesteps(config: SchedulerConfig, steps: number): number[] {
  const { original_inference_steps: originalSteps, num_train_timesteps: total } = config;
  const distilled = Math.min(originalSteps, total);
  if (!Number.isSafeInteger(steps) || steps < 1 || steps > distilled) {
    throw new AtelierError(
      "config",
      said`sampler lcm: expected from 1 to ${distilled} steps (original_inference_steps), got ${steps}. Choose a number of steps in that range.`,
    );
  }
  const stride = Math.floor(total / distilled);
  return Array.from({ length: steps }, (_, i) => {
    const skipped = Math.floor(i * (distilled / steps));
    return (distilled - skipped) * stride - 1;
  });
}
