/** @file DDIM (Song et al. 2020, arXiv 2010.02502). */

import { predictEpsilon, predictX0 } from "./prediction.js";
import type { SamplingMethod } from "./sampler.js";
import { alphaBarOrFinal, discretePlan, type MethodContext } from "./sampling-plan.js";
import { spaceTimesteps } from "./timestep-spacing.js";
import { weightedSum } from "./weighted-sum.js";

/** Eq. 12 with the σ of eq. 16 for η. */
export function ddim(context: MethodContext): SamplingMethod {
  const { config, steps, eta } = context;
  const stride = Math.floor(config.num_train_timesteps / steps);
  return {
    plan: discretePlan(context, spaceTimesteps(config, { steps })),
    begin: () => (modelOutput, sample, at, noise) => {
      const alphaBar = alphaBarOrFinal(context, at.timestep);
      const alphaBarPrev = alphaBarOrFinal(context, at.timestep - stride);
      const variance = ((1 - alphaBarPrev) / at.noise ** 2) * (1 - alphaBar / alphaBarPrev);
      const sigma = eta * Math.sqrt(variance);
      const x0 = predictX0(context, modelOutput, sample, at);
      const epsilon = predictEpsilon(config.prediction_type, modelOutput, sample, at);
      const mean = weightedSum(
        [Math.sqrt(alphaBarPrev), x0],
        [Math.sqrt(1 - alphaBarPrev - sigma ** 2), epsilon],
      );
      return eta > 0 ? weightedSum([1, mean], [sigma, noise.randn(sample.length)]) : mean;
    },
  };
}
