/**
 * @file What DPM-Solver, UniPC and DEIS share: the exactly solved linear part of the diffusion
 * ODE or SDE between two noise levels (Lu et al. 2022, arXiv 2206.00927, prop. 3.1; DPM-Solver++,
 * arXiv 2211.01095, prop. 4.1; its SDE forms, appendix).
 *
 * All four forms are x_t = keep · x_s + S · (φ-weighted derivatives of the prediction) + noise,
 * and differ only in keep, S and the exponent z.
 */

import type { Marginal } from "./sampler.js";
import type { AlgorithmType } from "./scheduler-fields.js";

/** The linear part of one step. */
export interface LinearPart {
  /** The weight of the sample that the step starts from. */
  readonly keep: number;
  /** The factor S of the prediction's integral, and the exponent z of its weights. */
  readonly scale: number;
  readonly z: number;
  /** The standard deviation of fresh noise. */
  readonly noise: number;
}

/** λ = log(signal / noise), half the log-SNR. */
export function lambdaOf({ signal, noise }: Marginal): number {
  return Math.log(signal) - Math.log(noise);
}

/** The linear part of a step between two noise levels. */
export function linearPart(algorithm: AlgorithmType, from: Marginal, to: Marginal): LinearPart {
  const h = lambdaOf(to) - lambdaOf(from);
  const ofData = to.signal / from.signal;
  const ofNoise = to.noise / from.noise;
  switch (algorithm) {
    case "deis":
    case "dpmsolver":
      return { keep: ofData, scale: -to.noise, z: h, noise: 0 };
    case "dpmsolver++":
      return { keep: ofNoise, scale: -to.signal, z: -h, noise: 0 };
    case "sde-dpmsolver":
      return {
        keep: ofData,
        scale: -2 * to.noise,
        z: h,
        noise: to.noise * root(Math.expm1(2 * h)),
      };
    case "sde-dpmsolver++": {
      const noise = to.noise * root(-Math.expm1(-2 * h));
      return { keep: ofNoise * Math.exp(-h), scale: -to.signal, z: -2 * h, noise };
    }
    default:
      return algorithm satisfies never;
  }
}

/** Σ weight of the zeroth, first and second derivative: ∫ of eᶻ-weighted Taylor terms. */
export function phiWeights(z: number): { phi0: number; phi1: number; phi2: number } {
  const phi0 = Math.expm1(z);
  if (z === 0) return { phi0, phi1: 0, phi2: 0 };
  if (z === Number.NEGATIVE_INFINITY) return { phi0, phi1: -1, phi2: -1 / 2 };
  return { phi0, phi1: phi0 / z - 1, phi2: (phi0 - z) / z ** 2 - 1 / 2 };
}

/** A root that rounding below zero, at a step of no length, does not turn into NaN. */
function root(value: number): number {
  return Math.sqrt(Math.max(value, 0));
}
