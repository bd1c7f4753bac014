/**
 * @file The β schedules of the forward process, rounded to float32 where PyTorch's are, so that
 * ᾱ agrees with a checkpoint's training to the last bit.
 */

import { AtelierError, said } from "@atelier/engine";

/** The named β schedules of diffusers; `laplace` and `sigmoid` come with DDPM, `exp` with Heun. */
export const betaSchedules = [
  "linear",
  "scaled_linear",
  "squaredcos_cap_v2",
  "laplace",
  "exp",
  "sigmoid",
] as const;

/** A name in {@link betaSchedules}. */
export type BetaSchedule = (typeof betaSchedules)[number];

/** What the β of every training timestep follow from. */
export interface BetaOptions {
  readonly numTrainTimesteps: number;
  readonly betaStart: number;
  readonly betaEnd: number;
  readonly betaSchedule: BetaSchedule;
  /** Given β, one for each timestep; they replace the named schedule. */
  readonly trainedBetas?: readonly number[] | null;
}

/**
 * β₀ … β_{T−1}, the variances of the forward process (Ho et al. 2020, arXiv 2006.11239, eq. 2).
 * @throws AtelierError `config` when there is not one trained β for each timestep.
 */
export function createBetas(options: BetaOptions): Float32Array {
  const { numTrainTimesteps: count, betaStart, betaEnd, betaSchedule, trainedBetas } = options;
  if (trainedBetas) return checkTrained(Float32Array.from(trainedBetas), count);
  switch (betaSchedule) {
    case "linear":
      return linspaceFloat32(betaStart, betaEnd, count);
    case "scaled_linear":
      return linspaceFloat32(Math.sqrt(betaStart), Math.sqrt(betaEnd), count).map((b) => b * b);
    case "sigmoid":
      return linspaceFloat32(-6, 6, count).map(
        (x) => Math.fround(Math.fround(1 / (1 + Math.exp(-x))) * (betaEnd - betaStart)) + betaStart,
      );
    case "squaredcos_cap_v2":
      return betasForAlphaBar(count, cosineAlphaBar);
    case "laplace":
      return betasForAlphaBar(count, laplaceAlphaBar);
    case "exp":
      return betasForAlphaBar(count, (t) => Math.exp(-12 * t));
    default:
      return betaSchedule satisfies never;
  }
}

/**
 * Shifts and scales √ᾱ so that the last is zero and the first stays, and returns the β of that
 * (Lin et al. 2023, arXiv 2305.08891, algorithm 1).
 */
export function rescaleToZeroTerminalSnr(betas: Float32Array): Float32Array {
  const alphaBarSqrt = cumulativeAlphas(betas).map(Math.sqrt);
  const first = alphaBarSqrt[0] ?? 1;
  const last = alphaBarSqrt.at(-1) ?? 0;
  const scale = Math.fround(first / Math.fround(first - last));
  const alphasCumprod = alphaBarSqrt.map((a) => Math.fround(Math.fround(a - last) * scale) ** 2);
  return alphasCumprod.map(
    (a, t) => 1 - Math.fround(t === 0 ? a : a / (alphasCumprod[t - 1] ?? 1)),
  );
}

/** ᾱ_t = ∏ (1 − β_s) over s ≤ t; multiplied in float64 and kept in float32, as PyTorch does. */
export function cumulativeAlphas(betas: Float32Array): Float32Array {
  let product = 1;
  return betas.map((beta) => {
    product *= Math.fround(1 - beta);
    return product;
  });
}

/** `torch.linspace` in float32: counted from both ends, one rounding for each value. */
function linspaceFloat32(start: number, end: number, count: number): Float32Array {
  const [from, to] = [Math.fround(start), Math.fround(end)];
  if (count === 1) return Float32Array.of(from);
  const step = Math.fround(Math.fround(to - from) / (count - 1));
  return Float32Array.from({ length: count }, (_, i) =>
    i < Math.floor(count / 2) ? from + step * i : to - step * (count - 1 - i),
  );
}

/** β that reproduce a continuous ᾱ(t), t from 0 to 1, each at most 0.999. */
function betasForAlphaBar(count: number, alphaBar: (t: number) => number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) =>
    Math.min(1 - alphaBar((i + 1) / count) / alphaBar(i / count), 0.999),
  );
}

/** Nichol and Dhariwal 2021, arXiv 2102.09672, eq. 17. */
function cosineAlphaBar(t: number): number {
  return Math.cos((((t + 0.008) / 1.008) * Math.PI) / 2) ** 2;
}

/** Hang et al. 2024, arXiv 2407.03297: log-SNR drawn from a Laplace distribution. */
function laplaceAlphaBar(t: number): number {
  const side = t > 0.5 ? -1 : 1;
  const snr = Math.exp(-0.5 * side * Math.log(1 - 2 * Math.abs(0.5 - t) + 1e-6));
  return Math.sqrt(snr / (1 + snr));
}

function checkTrained(betas: Float32Array, count: number): Float32Array {
  if (betas.length === count) return betas;
  throw new AtelierError(
    "config",
    said`noise schedule: expected ${count} trained_betas (num_train_timesteps), got ${betas.length}. Give one for each training timestep, or null for a named beta_schedule.`,
  );
}
