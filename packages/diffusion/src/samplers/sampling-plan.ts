/**
 * @file The three kinds of plan but that of flow matching. They differ in the coordinates of the sample: DDPM's own at
 * whole timesteps, x₀ + σ·ε (Euler and its relatives), and signal² + noise² = 1 at any σ
 * (the exponential integrators).
 */

import { AtelierError } from "@atelier/engine";
import { alphaBarAt, type NoiseSchedule } from "../process/noise-schedule.js";
import { evaluationsAt, evaluationsInSigma } from "./evaluations.js";
import type { FlowSpacing } from "./flow-plan.js";
import type { Marginal, SamplingPlan } from "./sampler.js";
import type { SchedulerConfig } from "./scheduler-fields.js";
import { respaceSigmas, sigmasAt, trainingSigmas } from "./sigma-spacing.js";
import { roundHalfToEven, spaceTimesteps } from "./timestep-spacing.js";

/** What every sampling method is made from; the steps are those of denoising, some evaluate the model more often. */
export interface MethodContext extends FlowSpacing {
  readonly schedule: NoiseSchedule;
  /** How many samples the arrays hold. */
  readonly batchSize: number;
  /** η of DDIM: 0 is deterministic, 1 as random as DDPM. */
  readonly eta: number;
}

/**
 * The plan of a sampler at whole training timesteps.
 * @throws AtelierError `config` when ε is to be divided by a signal that is zero.
 */
export function discretePlan(
  { config, schedule }: MethodContext,
  timesteps: readonly number[],
): SamplingPlan {
  const points = timesteps.map((t) => ({ timestep: t, ...marginalAt(alphaBarAt(schedule, t)) }));
  if (config.prediction_type === "epsilon" && points.some(({ signal }) => signal === 0)) {
    throw new AtelierError(
      "config",
      `sampler: expected v_prediction or sample with zero terminal SNR, got epsilon. There is no signal to recover from noise alone; use a model trained for it or another spacing.`,
    );
  }
  const evaluations = evaluationsAt(points, { timestep: -1, signal: 1, noise: 0 });
  return { evaluations, sigmas: null, initNoiseSigma: 1, scalesInput: false };
}

/** √ᾱ and √(1 − ᾱ), rounded where PyTorch rounds them. */
export function marginalAt(alphaBar: number): Marginal {
  const noise = Math.fround(Math.sqrt(Math.fround(1 - alphaBar)));
  return { signal: Math.fround(Math.sqrt(alphaBar)), noise };
}

/**
 * ᾱ of the end of sampling, where the next timestep would lie below zero: 1, or ᾱ₀ where the
 * config sets `set_alpha_to_one` to false.
 */
export function alphaBarOrFinal({ config, schedule }: MethodContext, timestep: number): number {
  if (timestep >= 0) return alphaBarAt(schedule, timestep);
  return config.set_alpha_to_one ? 1 : alphaBarAt(schedule, 0);
}

/** The plan of a sampler that steps in σ on x = x₀ + σ·ε (Karras et al. 2022, arXiv 2206.00364). */
export function varianceExplodingPlan(context: MethodContext): SamplingPlan {
  const { config, schedule, steps } = context;
  const table = trainingSigmas(schedule);
  const plain = sigmasAt(table, spaceTimesteps(config, { steps, keepsFractions: true }));
  const [largest = 0, smallest = 0] = [plain.sigmas[0], plain.sigmas.at(-1)];
  const spaced = respaceSigmas(table, config, { largest, smallest, steps }) ?? plain;
  const last = config.final_sigmas_type === "sigma_min" ? (table[0] ?? 0) : 0;
  const sigmas = Float32Array.of(...spaced.sigmas, last);
  const greatest = Math.max(...sigmas);
  return {
    evaluations: evaluationsInSigma(spaced.timesteps.map(Math.fround), sigmas, (sigma) => ({
      signal: 1,
      noise: sigma,
    })),
    sigmas,
    initNoiseSigma: config.timestep_spacing === "leading" ? Math.hypot(greatest, 1) : greatest,
    scalesInput: true,
  };
}

/** How an exponential integrator departs from the others. */
export interface LogSnrOptions {
  /** The config's `final_sigmas_type`, or what the method always ends with. */
  readonly ending?: SchedulerConfig["final_sigmas_type"];
  /** Whether timesteps of respaced σ are cut, not rounded, for the cosine schedule. */
  readonly cutsCosineTimesteps?: boolean;
}

/** The plan of an exponential integrator in λ = log(signal / noise). */
export function logSnrPlan(context: MethodContext, options: LogSnrOptions = {}): SamplingPlan {
  const { config, schedule, steps } = context;
  const { ending = config.final_sigmas_type, cutsCosineTimesteps = false } = options;
  const table = trainingSigmas(schedule);
  const usable = table.length - clippedCount(table, config.lambda_min_clipped);
  const range = { largest: table.at(-1) ?? 0, smallest: table[0] ?? 0, steps };
  const spaced =
    respaceSigmas(table, config, range) ??
    sigmasAt(table, spaceTimesteps(config, { steps, dropsLast: true, usable }));
  const smallest = spaced.isRespaced ? spaced.sigmas.at(-1) : table[0];
  const sigmas = Float32Array.of(...spaced.sigmas, ending === "zero" ? 0 : (smallest ?? 0));
  const cuts =
    config.use_exponential_sigmas ||
    config.use_beta_sigmas ||
    (cutsCosineTimesteps && config.beta_schedule === "squaredcos_cap_v2");
  const timesteps = spaced.timesteps.map(cuts ? Math.trunc : roundHalfToEven);
  return {
    evaluations: evaluationsInSigma(timesteps, sigmas, variancePreserving),
    sigmas,
    initNoiseSigma: 1,
    scalesInput: false,
  };
}

/** Signal 1/√(σ² + 1) and noise σ/√(σ² + 1). */
function variancePreserving(sigma: number): Marginal {
  const signal = 1 / Math.hypot(sigma, 1);
  return { signal, noise: sigma * signal };
}

/** How many training timesteps, from the noisiest, have λ below the bound. */
function clippedCount(table: Float32Array, lambdaMin: number): number {
  return table.filter((sigma) => -Math.log(sigma) < lambdaMin).length;
}
