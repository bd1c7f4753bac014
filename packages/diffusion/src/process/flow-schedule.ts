/**
 * @file How much noise a picture holds along the straight path of flow matching (Lipman et al. 2022,
 * arXiv 2210.02747; Liu et al. 2022, arXiv 2209.03003): x = (1 − σ)·x₀ + σ·ε. Times are the places of a table
 * of σ, as in the discrete process the noisiest last, so that ranges of times mean the same in both.
 */

import { AtelierError, said } from "@atelier/engine";

/** How σ follows from a picture's size, by the fields that diffusers has for it. */
export interface SizeShift {
  /** μ at a picture of so many tokens, and at another; in between, and beyond, on the line through both. */
  readonly baseShift: number;
  readonly maxShift: number;
  readonly baseTokens: number;
  readonly maxTokens: number;
  /** Whether e^μ is the factor of the odds, or μ itself. */
  readonly kind: "exponential" | "linear";
}

/** σ of every training timestep. */
export interface FlowSchedule {
  readonly numTrainTimesteps: number;
  /** Of timestep t, in float32 as PyTorch holds it; ascending, the last is 1. */
  readonly sigmas: Float32Array;
  /** What {@link shiftSigma} has moved them by; 1 where they are spaced evenly. */
  readonly shift: number;
  readonly sizeShift: SizeShift;
}

/** What a {@link FlowSchedule} follows from. */
export type FlowScheduleOptions = Omit<FlowSchedule, "sigmas">;

/** σ_t = (t + 1)/T, shifted. */
export function createFlowSchedule(options: FlowScheduleOptions): FlowSchedule {
  const { numTrainTimesteps: count, shift } = options;
  const sigmas = Float32Array.from({ length: count }, (_, t) => {
    const sigma = Math.fround((t + 1) / count);
    // PyTorch rounds after every operation.
    const below = Math.fround(1 + Math.fround((shift - 1) * sigma));
    return Math.fround(shift * sigma) / below;
  });
  return { ...options, sigmas };
}

/**
 * k·σ/(1 + (k − 1)·σ): multiplies the odds σ/(1 − σ) by k, so that two shifts one after the other are
 * one by their product (Esser et al. 2024, arXiv 2403.03206, eq. 23, with k = √(m/n)).
 */
export function shiftSigma(sigma: number, shift: number): number {
  return (shift * sigma) / (1 + (shift - 1) * sigma);
}

/** The shift for a picture of so many tokens. */
export function shiftOfSize(size: SizeShift, tokens: number): number {
  const { baseShift, maxShift, baseTokens, maxTokens, kind } = size;
  const slope = (maxShift - baseShift) / (maxTokens - baseTokens);
  const mu = slope * (tokens - baseTokens) + baseShift;
  return kind === "exponential" ? Math.exp(mu) : mu;
}

/** σ at a timestep. @throws AtelierError `data` for a timestep outside the schedule. */
export function flowSigmaAt(schedule: FlowSchedule, timestep: number): number {
  const sigma = schedule.sigmas[timestep];
  if (sigma !== undefined) return sigma;
  throw new AtelierError(
    "data",
    said`flow schedule: expected a whole timestep from 0 to ${schedule.numTrainTimesteps - 1}, got ${timestep}. Draw timesteps from the range that the model was trained on.`,
  );
}
