/** @file Heun's method in σ (Karras et al. 2022, arXiv 2206.00364, algorithm 1). */

import { evaluationsAt } from "./evaluations.js";
import { flowPlan } from "./flow-plan.js";
import { predictX0 } from "./prediction.js";
import type { MethodStep, SamplingMethod, SamplingPlan } from "./sampler.js";
import { type MethodContext, varianceExplodingPlan } from "./sampling-plan.js";
import { weightedSum } from "./weighted-sum.js";

/** Two evaluations a step, at its start and its end, but one for the step to σ = 0. */
export function heun(context: MethodContext): SamplingMethod {
  return heunAlong(varianceExplodingPlan(context), context);
}

/** The same along the straight path of flow matching. */
export function flowHeun(context: MethodContext): SamplingMethod {
  return heunAlong(flowPlan(context), context);
}

function heunAlong(plan: SamplingPlan, context: MethodContext): SamplingMethod {
  return {
    plan: evaluateEndsTwice(plan),
    begin: () => heunStep(context),
    beginsStep: (index) => index % 2 === 0,
  };
}

function heunStep(context: MethodContext): MethodStep {
  /** The step that an Euler step has tried and the next evaluation corrects. */
  let trial: { start: Float32Array; derivative: Float32Array; dSigma: number } | null = null;
  return (modelOutput, sample, at) => {
    const x0 = predictX0(context, modelOutput, sample, at);
    // dx/dσ, for x₀ + σ·ε and for (1 − σ)·x₀ + σ·ε.
    const derivative = weightedSum([1 / at.noise, sample], [-1 / at.noise, x0]);
    if (!trial) {
      const dSigma = at.next.noise - at.noise;
      trial = { start: sample, derivative, dSigma };
      return weightedSum([1, sample], [dSigma, derivative]);
    }
    const { start, derivative: first, dSigma } = trial;
    trial = null;
    return weightedSum([1, start], [dSigma / 2, first], [dSigma / 2, derivative]);
  };
}

/** Every point between the first and the last evaluated as the end of a step and as a start. */
function evaluateEndsTwice(plan: SamplingPlan): SamplingPlan {
  const points = plan.evaluations.flatMap((at) => (at.index === 0 ? [at] : [at, at]));
  const final = plan.evaluations.at(-1)?.next ?? { timestep: -1, signal: 1, noise: 0 };
  const evaluations = evaluationsAt(points, final);
  const sigmas = Float32Array.of(...evaluations.map(({ noise }) => noise), final.noise);
  return { ...plan, evaluations, sigmas };
}
