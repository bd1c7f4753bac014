/** @file Which timesteps a training sees: uniform, bell-shaped in one of three ways, or by weights of one's own. */

import { AtelierError, said, type TorchGenerator } from "@atelier/engine";
import { shiftSigma } from "./flow-schedule.js";

/** How timesteps are distributed over a range. */
export type TimestepDistribution =
  | { readonly kind: "uniform" }
  /**
   * sigmoid(mean + deviation·N(0, 1)) as a share of the range (Esser et al. 2024, arXiv 2403.03206);
   * with mean 0 it is what kohya and ai-toolkit call `sigmoid`.
   */
  | { readonly kind: "logit-normal"; readonly mean: number; readonly deviation: number }
  /** Heavier in the middle by s above 0, at the ends by s below (ibid., eq. 20); 1.29 is theirs. */
  | { readonly kind: "mode"; readonly scale: number }
  /** As dense as the cosine schedule in σ (ibid., eq. 21). */
  | { readonly kind: "cosmap" }
  /** One weight for each of equal parts of the range, uniform within a part. */
  | { readonly kind: "weights"; readonly weights: readonly number[] };

/** Timesteps from `min` to `max`, both included, and how they are distributed. */
export interface TimestepSampling {
  readonly min: number;
  readonly max: number;
  readonly distribution: TimestepDistribution;
  /** A factor of the odds of the shares drawn; above 1, noisier timesteps are drawn more often. */
  readonly skew?: number;
}

/** The timestep at a share u from 0 to 1 of a range: min + ⌊u·(max − min + 1)⌋. */
export function timestepAt(
  share: number,
  { min, max }: Pick<TimestepSampling, "min" | "max">,
): number {
  return Math.min(max, min + Math.floor(share * (max - min + 1)));
}

/**
 * Draws timesteps. `uniform` is `torch.randint(min, max + 1, (count,))`; the others, and all that are
 * skewed, draw shares of the range, see {@link timestepAt}.
 * @throws AtelierError `config` for an empty range, or weights of which none is positive.
 */
export function sampleTimesteps(
  generator: TorchGenerator,
  count: number,
  { min, max, distribution, skew = 1 }: TimestepSampling,
): number[] {
  if (distribution.kind === "uniform" && skew === 1) return generator.randint(min, max + 1, count);
  return sampleShares(generator, count, distribution).map((share) =>
    timestepAt(shiftSigma(share, skew), { min, max }),
  );
}

/**
 * Draws shares from 0 to 1 of any range.
 * @throws AtelierError `config` for weights of which none is positive.
 */
export function sampleShares(
  generator: TorchGenerator,
  count: number,
  distribution: TimestepDistribution,
): number[] {
  const fromUniform = (shareOf: (u: number) => number) =>
    Array.from(generator.rand(count), shareOf);
  switch (distribution.kind) {
    case "uniform":
      return fromUniform((u) => u);
    case "logit-normal": {
      const { mean, deviation } = distribution;
      return Array.from(generator.randn(count), (z) => 1 / (1 + Math.exp(-mean - deviation * z)));
    }
    case "mode":
      return fromUniform(
        (u) => 1 - u - distribution.scale * (Math.cos((Math.PI * u) / 2) ** 2 - 1 + u),
      );
    case "cosmap":
      return fromUniform((u) => 1 - 1 / (Math.tan((Math.PI * u) / 2) + 1));
    case "weights":
      return fromUniform(inverseOf(distribution.weights));
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
