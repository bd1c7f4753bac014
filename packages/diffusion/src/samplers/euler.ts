/** @file Euler steps along the probability-flow ODE in σ, and their ancestral form; those of flow matching as well. */

import { flowPlan } from "./flow-plan.js";
import { predictX0 } from "./prediction.js";
import type { SamplingMethod, SamplingPlan } from "./sampler.js";
import { type MethodContext, varianceExplodingPlan } from "./sampling-plan.js";
import { weightedSum } from "./weighted-sum.js";

/** Karras et al. 2022, arXiv 2206.00364, algorithm 1 without its correction. */
export function euler(context: MethodContext): SamplingMethod {
  return eulerAlong(varianceExplodingPlan(context), context);
}

/** The same along the straight path of flow matching. */
export function flowEuler(context: MethodContext): SamplingMethod {
  return eulerAlong(flowPlan(context), context);
}

function eulerAlong(plan: SamplingPlan, context: MethodContext): SamplingMethod {
  return {
    plan,
    begin: () => (modelOutput, sample, at) => {
      const x0 = predictX0(context, modelOutput, sample, at);
      return eulerStep(sample, x0, at.noise, at.next.noise);
    },
  };
}

/**
 * A step to σ_down and noise of σ_up, with σ_down² + σ_up² = σ_next², so that the noise is
 * renewed as in DDPM (the "ancestral" samplers of k-diffusion).
 */
export function eulerAncestral(context: MethodContext): SamplingMethod {
  return {
    plan: varianceExplodingPlan(context),
    begin: () => (modelOutput, sample, at, noise) => {
      const [sigma, next] = [at.noise, at.next.noise];
      const sigmaUp = Math.sqrt((next ** 2 * (sigma ** 2 - next ** 2)) / sigma ** 2);
      const sigmaDown = Math.sqrt(next ** 2 - sigmaUp ** 2);
      const x0 = predictX0(context, modelOutput, sample, at);
      const mean = eulerStep(sample, x0, sigma, sigmaDown);
      return weightedSum([1, mean], [sigmaUp, noise.randn(sample.length)]);
    },
  };
}

/** x + (σ′ − σ) · dx/dσ with dx/dσ = (x − x₀) / σ, for x₀ + σ·ε and for (1 − σ)·x₀ + σ·ε. */
function eulerStep(
  sample: Float32Array,
  x0: Float32Array,
  sigma: number,
  nextSigma: number,
): Float32Array {
  const kept = nextSigma / sigma;
  return weightedSum([kept, sample], [1 - kept, x0]);
}
