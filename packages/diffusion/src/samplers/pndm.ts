/** @file Pseudo numerical methods for diffusion models (Liu et al. 2022, arXiv 2202.09778). */

import { AtelierError, said } from "@atelier/engine";
import { alphaBarAt } from "../process/noise-schedule.js";
import { predictEpsilon } from "./prediction.js";
import type { MethodStep, SamplingMethod } from "./sampler.js";
import { alphaBarOrFinal, discretePlan, type MethodContext, marginalAt } from "./sampling-plan.js";
import { spaceTimesteps } from "./timestep-spacing.js";
import { type Term, weightedSum } from "./weighted-sum.js";

/** How many steps the Runge–Kutta start takes. */
const rungeKuttaSteps = 3;
/** Weights of the four outputs of such a step in its last evaluation (eq. 13). */
const rungeKuttaWeights = [1 / 6, 1 / 3, 1 / 3, 1 / 6] as const;
/** Adams–Bashforth weights of 1 to 4 outputs, the newest first (eq. 12). */
const multistepWeights = [
  [1],
  [3 / 2, -1 / 2],
  [23 / 12, -16 / 12, 5 / 12],
  [55 / 24, -59 / 24, 37 / 24, -9 / 24],
] as const;

/**
 * Runge–Kutta steps (eq. 13) and then linear multistep ones (eq. 12); with `skip_prk_steps` the
 * latter alone, started by evaluating the second timestep twice.
 * @throws AtelierError `config` when there are too few steps for the Runge–Kutta start.
 */
export function pndm(context: MethodContext): SamplingMethod {
  const { config, steps } = context;
  const spaced = spaceTimesteps(config, { steps });
  if (config.skip_prk_steps) {
    const timesteps = [...spaced.slice(0, 2), ...spaced.slice(1)];
    return { plan: discretePlan(context, timesteps), begin: () => multistep(context, []) };
  }
  if (steps <= rungeKuttaSteps) {
    throw new AtelierError(
      "config",
      said`sampler pndm: expected at least ${rungeKuttaSteps + 1} steps, got ${steps}. Take more, or another sampler.`,
    );
  }
  return {
    plan: discretePlan(context, withRungeKutta(spaced, halfStride(context))),
    begin: () => rungeKuttaThenMultistep(context),
    beginsStep: (index) => index % 4 === 0 || index >= 4 * rungeKuttaSteps,
  };
}

/** Each of the first steps as its start, its middle twice and its end. */
function withRungeKutta(spaced: readonly number[], half: number): number[] {
  const starts = spaced.slice(0, rungeKuttaSteps);
  const quadruples = starts.flatMap((start, k) => {
    const end = spaced[k + 1] ?? start;
    return [start, end + half, end + half, end];
  });
  return [...quadruples, ...spaced.slice(rungeKuttaSteps)];
}

function rungeKuttaThenMultistep(context: MethodContext): MethodStep {
  const half = halfStride(context);
  const history: Float32Array[] = [];
  const continueMultistep = multistep(context, history);
  let from = 0;
  let start: Float32Array = new Float32Array();
  let outputs: Float32Array[] = [];
  return (modelOutput, sample, at, noise) => {
    if (at.index >= 4 * rungeKuttaSteps) return continueMultistep(modelOutput, sample, at, noise);
    const stage = at.index % 4;
    if (stage === 0) {
      history.unshift(modelOutput);
      [from, start, outputs] = [at.timestep, sample, []];
    }
    outputs.push(modelOutput);
    const to = stage % 2 === 0 ? at.timestep - half : at.timestep;
    const output =
      stage === 3
        ? weightedSum(...rungeKuttaWeights.map((w, k): Term => [w, outputs[k] ?? modelOutput]))
        : modelOutput;
    return transfer(context, { sample: start, output, from, to });
  };
}

/** Multistep from the given outputs, the newest first; from none, the second repeats the first. */
function multistep(context: MethodContext, history: Float32Array[]): MethodStep {
  const stride = strideOf(context);
  let first: Float32Array | null = null;
  return (modelOutput, sample, at) => {
    if (first && history[0] && at.index === 1) {
      const output = weightedSum([1 / 2, modelOutput], [1 / 2, history[0]]);
      const [from, to] = [at.timestep + stride, at.timestep];
      return transfer(context, { sample: first, output, from, to });
    }
    if (history.length === 0) first = sample;
    history.unshift(modelOutput);
    history.splice(multistepWeights.length);
    const weights = multistepWeights[history.length - 1] ?? multistepWeights[3];
    const output = weightedSum(...history.map((past, k): Term => [weights[k] ?? 0, past]));
    return transfer(context, { sample, output, from: at.timestep, to: at.timestep - stride });
  };
}

/** Eq. 11: from one timestep to another along an estimate of the model's output. */
function transfer(
  context: MethodContext,
  move: {
    readonly sample: Float32Array;
    readonly output: Float32Array;
    readonly from: number;
    readonly to: number;
  },
): Float32Array {
  const { sample, output } = move;
  const [alphaBar, alphaBarPrev] = [
    alphaBarAt(context.schedule, move.from),
    alphaBarOrFinal(context, move.to),
  ];
  const marginal = marginalAt(alphaBar);
  const epsilon = predictEpsilon(context.config.prediction_type, output, sample, marginal);
  const denominator =
    alphaBar * Math.sqrt(1 - alphaBarPrev) + Math.sqrt(alphaBar * (1 - alphaBar) * alphaBarPrev);
  return weightedSum(
    [Math.sqrt(alphaBarPrev / alphaBar), sample],
    [-(alphaBarPrev - alphaBar) / denominator, epsilon],
  );
}

function strideOf({ config, steps }: MethodContext): number {
  return Math.floor(config.num_train_timesteps / steps);
}

function halfStride(context: MethodContext): number {
  return Math.floor(strideOf(context) / 2);
}
