/**
 * @file The forward process of a diffusion model: how much signal and noise a picture holds at
 * each training timestep. Training and sampling read the same value, so they cannot disagree.
 *
 * x_t = √ᾱ_t · x₀ + √(1 − ᾱ_t) · ε (Ho et al. 2020, arXiv 2006.11239, eq. 4).
 */

import { AtelierError, said } from "@atelier/engine";
import {
  type BetaOptions,
  createBetas,
  cumulativeAlphas,
  rescaleToZeroTerminalSnr,
} from "./betas.js";
import type { PredictionType } from "./prediction-type.js";

/** What a {@link NoiseSchedule} follows from. */
export interface NoiseScheduleOptions extends BetaOptions {
  /** Whether the last timestep is pure noise (arXiv 2305.08891, algorithm 1). */
  readonly rescaleBetasZeroSnr?: boolean;
}

/** The forward process, one value for each training timestep, in float32 as PyTorch holds it. */
export interface NoiseSchedule {
  readonly numTrainTimesteps: number;
  /** β_t, the variance added at t. */
  readonly betas: Float32Array;
  /** ᾱ_t, the share of the signal's variance that is left at t. */
  readonly alphasCumprod: Float32Array;
  /** Whether ᾱ ends at zero: the last timestep holds no signal. */
  readonly endsAtZeroSnr: boolean;
}

/** Builds the schedule. @throws AtelierError `config` when the trained β do not fit. */
export function createNoiseSchedule(options: NoiseScheduleOptions): NoiseSchedule {
  const { numTrainTimesteps, rescaleBetasZeroSnr = false } = options;
  const named = createBetas(options);
  const betas = rescaleBetasZeroSnr ? rescaleToZeroTerminalSnr(named) : named;
  const alphasCumprod = cumulativeAlphas(betas);
  return { numTrainTimesteps, betas, alphasCumprod, endsAtZeroSnr: rescaleBetasZeroSnr };
}

/**
 * Noisy samples x_t = √ᾱ_t · x₀ + √(1 − ᾱ_t) · ε.
 * @param x0 clean samples, [batch, …] in row-major order
 * @param noise ε, as long as `x0`
 * @param timesteps one for each sample of the batch
 * @throws AtelierError `shape` when lengths disagree, `data` for a timestep outside the schedule.
 */
export function addNoise(
  schedule: NoiseSchedule,
  { x0, noise, timesteps }: ForwardArguments,
): Float32Array {
  return mixPerSample(schedule, x0, noise, timesteps, (alpha, sigma) => [alpha, sigma]);
}

/**
 * The velocity v = √ᾱ_t · ε − √(1 − ᾱ_t) · x₀, the target of v-prediction (Salimans and Ho 2022,
 * arXiv 2202.00512, appendix D). Arguments and errors as {@link addNoise}.
 */
export function velocity(
  schedule: NoiseSchedule,
  { x0, noise, timesteps }: ForwardArguments,
): Float32Array {
  return mixPerSample(schedule, x0, noise, timesteps, (alpha, sigma) => [-sigma, alpha]);
}

/** Clean samples and noise of one length, [batch, …], and a timestep for each sample. */
export interface ForwardArguments {
  readonly x0: Float32Array;
  readonly noise: Float32Array;
  readonly timesteps: readonly number[];
}

/** SNR(t) = ᾱ_t / (1 − ᾱ_t). @throws AtelierError `data` for a timestep outside the schedule. */
export function snr(schedule: NoiseSchedule, timestep: number): number {
  const alphaBar = alphaBarAt(schedule, timestep);
  return alphaBar / (1 - alphaBar);
}

/**
 * The Min-SNR-γ weight of a sample's loss (Hang et al. 2023, arXiv 2303.09556, §3.4):
 * min(SNR, γ) / SNR for ε, min(SNR, γ) / (SNR + 1) for v, min(SNR, γ) for x₀. Where the SNR is
 * zero the weight is 1, as in the authors' code: ε there is the sample itself, and the other two
 * would be dropped from training.
 * @throws AtelierError `data` for a timestep outside the schedule.
 */
export function minSnrWeight(
  schedule: NoiseSchedule,
  timestep: number,
  { gamma = 5, predictionType }: { gamma?: number; predictionType: PredictionType },
): number {
  const ratio = snr(schedule, timestep);
  if (ratio === 0) return 1;
  const clipped = Math.min(ratio, gamma);
  switch (predictionType) {
    case "epsilon":
      return clipped / ratio;
    case "v_prediction":
      return clipped / (ratio + 1);
    case "sample":
      return clipped;
    default:
      return predictionType satisfies never;
  }
}

/** ᾱ_t. @throws AtelierError `data` for a timestep outside the schedule. */
export function alphaBarAt(schedule: NoiseSchedule, timestep: number): number {
  const alphaBar = schedule.alphasCumprod[timestep];
  if (alphaBar !== undefined) return alphaBar;
  const last = schedule.numTrainTimesteps - 1;
  throw new AtelierError(
    "data",
    said`noise schedule: expected a whole timestep from 0 to ${last}, got ${timestep}. Draw timesteps from the range that the model was trained on.`,
  );
}

/** a·x₀ + b·ε for each sample, with [a, b] from its √ᾱ_t and √(1 − ᾱ_t) in float32. */
function mixPerSample(
  schedule: NoiseSchedule,
  x0: Float32Array,
  noise: Float32Array,
  timesteps: readonly number[],
  weights: (alpha: number, sigma: number) => readonly [number, number],
): Float32Array {
  const size = x0.length / timesteps.length;
  if (noise.length !== x0.length || !Number.isInteger(size)) {
    throw new AtelierError(
      "shape",
      said`noise schedule: expected x0 and noise of one length that ${timesteps.length} timesteps divide, got ${x0.length} and ${noise.length}. Give one timestep for each sample.`,
    );
  }
  const mixed = new Float32Array(x0.length);
  timesteps.forEach((timestep, row) => {
    const alphaBar = alphaBarAt(schedule, timestep);
    const alpha = Math.fround(Math.sqrt(alphaBar));
    const sigma = Math.fround(Math.sqrt(Math.fround(1 - alphaBar)));
    const [a, b] = weights(alpha, sigma);
    for (let i = row * size; i < (row + 1) * size; i += 1) {
      mixed[i] = a * (x0[i] ?? Number.NaN) + b * (noise[i] ?? Number.NaN);
    }
  });
  return mixed;
}
