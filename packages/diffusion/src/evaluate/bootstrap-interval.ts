/** @file A number from a sample with the interval in which it lies for other samples of its kind, by resampling (Efron 1979). */

import { createTorchGenerator } from "@atelier/engine";

/** A number and its 95 % interval. */
export interface Estimate {
  /** NaN where there is nothing to compute it from. */
  readonly value: number;
  /** Both NaN for fewer than two units. */
  readonly low: number;
  readonly high: number;
}

const resamples = 2000;
const level = 0.95;

/**
 * A statistic over units (prompts with their pictures, or pictures), with the percentile interval over 2000
 * resamples of the units. The same units give the same interval.
 * @param statistic of the units at these positions, of which some may occur several times
 */
export function bootstrapInterval(
  units: number,
  statistic: (positions: readonly number[]) => number,
): Estimate {
  const value =
    units === 0 ? Number.NaN : statistic(Array.from({ length: units }, (_, position) => position));
  if (units < 2) return { value, low: Number.NaN, high: Number.NaN };
  const generator = createTorchGenerator(0);
  const drawn = Array.from({ length: resamples }, () =>
    statistic(generator.randint(0, units, units)),
  ).sort((a, b) => a - b);
  return {
    value,
    low: quantile(drawn, (1 - level) / 2),
    high: quantile(drawn, (1 + level) / 2),
  };
}

/** The mean of values with its interval. */
export function meanInterval(values: readonly number[]): Estimate {
  return bootstrapInterval(values.length, meanAt(values));
}

/** The mean of the values at some positions. */
export function meanAt(values: readonly number[]): (positions: readonly number[]) => number {
  return (positions) =>
    positions.reduce((sum, position) => sum + (values[position] ?? Number.NaN), 0) /
    positions.length;
}

/** Of sorted values, between neighbours by a straight line, as NumPy does it. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const [first = Number.NaN, second = first] = sorted.slice(below, below + 2);
  return first + (at - below) * (second - first);
}
