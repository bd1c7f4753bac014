/** @file Which timesteps a training sees: uniform, bell-shaped, or by weights of one's own. */

import { AtelierError, said, type TorchGenerator } from "@atelier/engine";

/** How timesteps are distributed over a range. */
export type TimestepDistribution =
  | { readonly kind: "uniform" }
  /**
   * sigmoid(mean + deviation·N(0, 1)) as a share of the range (Esser et al. 2024, arXiv 2403.03206);
   * with mean 0 it is what kohya and ai-toolkit call `sigmoid`.
   */
  | { readonly kind: "logit-normal"; readonly mean: number; readonly deviation: number }
  /** One weight for each of equal parts of the range, uniform within a part. */
  | { readonly kind: "weights"; readonly weights: readonly number[] };

/** Timesteps from `min` to `max`, both included, and how they are distributed. */
export interface TimestepSampling {
  readonly min: number;
  readonly max: number;
  readonly distribution: TimestepDistribution;
}

/** The timestep at a share u from 0 to 1 of a range: min + ⌊u·(max − min + 1)⌋. */
export function timestepAt(
  share: number,
  { min, max }: Pick<TimestepSampling, "min" | "max">,
): number {
  return Math.min(max, min + Math.floor(share * (max - min + 1)));
}

/**
 * Draws timesteps. `uniform` is `torch.randint(min, max + 1, (count,))`; the others draw shares of
 * the range, see {@link timestepAt}.
 * @throws AtelierError `config` for an empty range, or weights of which none is positive.
 */
export function sampleTimesteps(
  generator: TorchGenerator,
  count: number,
  { min, max, distribution }: TimestepSampling,
): number[] {
  const at = (share: number) => timestepAt(share, { min, max });
  switch (distribution.kind) {
    case "uniform":
      return generator.randint(min, max + 1, count);
    case "logit-normal": {
      const { mean, deviation } = distribution;
      return Array.from(generator.randn(count), (z) =>
        at(1 / (1 + Math.exp(-mean - deviation * z))),
      );
    }
    case "weights": {
      const shareOf = inverseOf(distribution.weights);
      return Array.from(generator.rand(count), (u) => at(shareOf(u)));
    }
    default:
      return distribution satisfies never;
  }
}

/** The inverse of the piecewise linear distribution function of equal parts with these weights. */
function inverseOf(weights: readonly number[]): (u: number) => number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0) || weights.some((weight) => weight < 0)) {
    throw new AtelierError(
      "config",
      said`timesteps: expected weights of 0 or more that are not all 0, got ${weights.join(", ")}.`,
    );
  }
  return (u) => {
    let rest = u * total;
    for (const [part, weight] of weights.entries()) {
      if (rest < weight) return (part + rest / weight) / weights.length;
      rest -= weight;
    }
    // Rounding alone leads here: u is below 1.
    return (weights.findLastIndex((weight) => weight > 0) + 1) / weights.length;
  };
}
