/** @file The ancestral sampler of DDPM (Ho et al. 2020, arXiv 2006.11239). */

import { predictX0 } from "./prediction.js";
import type { SamplingMethod } from "./sampler.js";
import { alphaBarOrFinal, discretePlan, type MethodContext } from "./sampling-plan.js";
import { spaceTimesteps } from "./timestep-spacing.js";
import { weightedSum } from "./weighted-sum.js";

const leastVariance = 1e-20;

/** Eq. 6 and 7, with the variance β ("fixed_large") or β̃ ("fixed_small") of §3.2. */
export function ddpm(context: MethodContext): SamplingMethod {
  const { config, steps } = context;
  const isLarge = config.variance_type?.startsWith("fixed_large");
  return {
    plan: discretePlan(context, spaceTimesteps(config, { steps })),
    begin: () => (modelOutput, sample, at, noise) => {
      const { next } = at;
      // β is the small rest of a quotient near 1, so it matters that PyTorch rounds that.
      const alphaBar = alphaBarOrFinal(context, at.timestep);
      const alpha = Math.fround(alphaBar / alphaBarOrFinal(context, next.timestep));
      const beta = 1 - alpha;
      const x0 = predictX0(context, modelOutput, sample, at);
      const mean = weightedSum(
        [(next.signal * beta) / at.noise ** 2, x0],
        [(Math.sqrt(alpha) * next.noise ** 2) / at.noise ** 2, sample],
      );
      if (at.timestep === 0) return mean;
      const variance = isLarge ? beta : (next.noise / at.noise) ** 2 * beta;
      const sigma = Math.sqrt(Math.max(variance, leastVariance));
      return weightedSum([1, mean], [sigma, noise.randn(sample.length)]);
    },
  };
}
