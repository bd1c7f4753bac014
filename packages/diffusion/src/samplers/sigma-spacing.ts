/**
 * @file The noise levels σ = √((1 − ᾱ) / ᾱ) that a sampler visits: those of its timesteps, or
 * a spacing of their own (Karras, exponential, uniform in λ), with the timesteps that go with it.
 */

import type { NoiseSchedule } from "../process/noise-schedule.js";
import { betaQuantile } from "./beta-quantile.js";
import type { SchedulerConfig } from "./scheduler-fields.js";
import { linspace } from "./timestep-spacing.js";

/** The smallest ᾱ where σ must be finite: the least positive float16, as diffusers has it. */
const leastAlphaBar = 2 ** -24;
/** ρ of Karras et al. 2022, arXiv 2206.00364, eq. 5. */
const rho = 7;
const leastSigma = 1e-10;

/** σ of every training timestep, in float32. */
export function trainingSigmas({ alphasCumprod, endsAtZeroSnr }: NoiseSchedule): Float32Array {
  const last = alphasCumprod.length - 1;
  return alphasCumprod.map((alphaBar, t) => {
    const a = endsAtZeroSnr && t === last ? leastAlphaBar : alphaBar;
    return Math.sqrt(Math.fround(Math.fround(1 - a) / a));
  });
}

/** Noise levels and the timesteps they stand for, both from the noisiest down. */
export interface SpacedSigmas {
  readonly sigmas: readonly number[];
  readonly timesteps: readonly number[];
  /** Whether the timesteps follow from σ and not the other way round. */
  readonly isRespaced: boolean;
}

/** σ at the given timesteps, interpolated where they are fractions. */
export function sigmasAt(table: Float32Array, timesteps: readonly number[]): SpacedSigmas {
  return { sigmas: timesteps.map((t) => interpolate(table, t)), timesteps, isRespaced: false };
}

/**
 * As many noise levels between `largest` and `smallest` as the config's spacing wants, or null
 * where it names none.
 */
export function respaceSigmas(
  table: Float32Array,
  config: SchedulerConfig,
  range: { readonly largest: number; readonly smallest: number; readonly steps: number },
): SpacedSigmas | null {
  const sigmas = respaced(config, range);
  if (!sigmas) return null;
  const logTable = table.map(Math.log);
  return {
    sigmas,
    timesteps: sigmas.map((sigma) => timestepOf(sigma, logTable)),
    isRespaced: true,
  };
}

/** The levels of {@link respaceSigmas} alone. */
export function respaced(
  config: SchedulerConfig,
  range: { readonly largest: number; readonly smallest: number; readonly steps: number },
): number[] | null {
  const largest = config.sigma_max ?? range.largest;
  const smallest = config.sigma_min ?? range.smallest;
  if (config.use_karras_sigmas) {
    const roots = linspace(largest ** (1 / rho), smallest ** (1 / rho), range.steps);
    return roots.map((root) => root ** rho);
  }
  // Uniform steps in λ = −log σ (Lu et al. 2022, arXiv 2206.00927) are uniform in log σ.
  if (config.use_exponential_sigmas || config.use_lu_lambdas) {
    return linspace(Math.log(largest), Math.log(smallest), range.steps).map(Math.exp);
  }
  if (config.use_beta_sigmas) {
    const shares = linspace(1, 0, range.steps).map(betaQuantile);
    return shares.map((share) => smallest + share * (largest - smallest));
  }
  return null;
}

/** The fractional timestep whose σ this is, interpolated in log σ. */
function timestepOf(sigma: number, logTable: Float32Array): number {
  const logSigma = Math.log(Math.max(sigma, leastSigma));
  const above = logTable.findIndex((level) => level > logSigma);
  const index = above < 0 ? logTable.length - 2 : Math.max(above - 1, 0);
  const low = Math.min(index, logTable.length - 2);
  const [from = 0, to = 0] = [logTable[low], logTable[low + 1]];
  const weight = Math.min(Math.max((from - logSigma) / (from - to), 0), 1);
  return (1 - weight) * low + weight * (low + 1);
}

function interpolate(table: Float32Array, t: number): number {
  const low = Math.floor(t);
  const [from = Number.NaN, to = from] = [table[low], table[low + 1]];
  return (to - from) * (t - low) + from;
}
