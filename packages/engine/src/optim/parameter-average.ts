/**
 * @file Moving averages of parameters, and the exponential one with the warm-ups of diffusers' EMAModel. They
 * are computed on the host, in place: in the graph they would need a second vector to write into.
 */

/**
 * How an average follows parameters: the share of it that is kept after a step, the first of which is 1. With 1
 * it stays as it is; else `average −= (1 − kept)·(average − values)`, rounded as PyTorch rounds it.
 */
export type ParameterAverage = (step: number) => number;

/** How diffusers' average follows the parameters; the defaults are its own. */
export interface AverageOptions {
  /** Share of the average that a step keeps, at most. */
  readonly decay?: number;
  /** That share, at least. */
  readonly minDecay?: number;
  /** The average equals the parameters until this step. */
  readonly updateAfterStep?: number;
  /**
   * `power`: the share rises as 1 − (1 + n/invGamma)^(−power); `linear`: as (1 + n)/(10 + n).
   * n counts steps.
   */
  readonly warmup?: "power" | "linear";
  readonly invGamma?: number;
  /** 2/3 for a million steps and more, 3/4 for fewer (Katherine Crowson's advice). */
  readonly power?: number;
}

/** The share of the average that is kept at a step, the first of which is 1. */
export function averageDecay(
  step: number,
  {
    decay = 0.9999,
    minDecay = 0,
    updateAfterStep = 0,
    warmup = "linear",
    invGamma = 1,
    power = 2 / 3,
  }: AverageOptions = {},
): number {
  const n = Math.max(0, step - updateAfterStep - 1);
  if (n === 0) return 0;
  const rising = warmup === "power" ? 1 - (1 + n / invGamma) ** -power : (1 + n) / (10 + n);
  return Math.max(Math.min(rising, decay), minDecay);
}

/** diffusers' average. */
export function movingAverage(options: AverageOptions): ParameterAverage {
  return (step) => averageDecay(step, options);
}
