/** @file Points on the way from noise to sample, chained. */

import type { Evaluation, Marginal, Point } from "./sampler.js";

/** Chains points to evaluations, the last of which leads to `final`. */
export function evaluationsAt(points: readonly Point[], final: Point): Evaluation[] {
  return points.map((point, index) => ({ ...point, index, next: points[index + 1] ?? final }));
}

/** Evaluations at each σ but the last, which is where they end. */
export function evaluationsInSigma(
  timesteps: readonly number[],
  sigmas: Float32Array,
  marginal: (sigma: number) => Marginal,
): Evaluation[] {
  const points = timesteps.map((timestep, i) => ({ timestep, ...marginal(sigmas[i] ?? 0) }));
  return evaluationsAt(points, { timestep: -1, ...marginal(sigmas.at(-1) ?? 0) });
}
