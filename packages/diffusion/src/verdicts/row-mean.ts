/**
 * @file The mean of a bank: of the means of its pictures, each of which counts the same, and how uncertain it is:
 * as what holds of these pictures, and as what holds of others like them.
 */

import type { Estimate, Learned } from "../core/verdict.js";
import type { ProbeRow } from "./history.js";
import { byPicture, type Groups, pairsInTime } from "./strata.js";
import { studentQuantile } from "./student-t.js";

/** How the rows of a bank belong together; computed once for all looks. */
export interface RowLayout {
  /** Rows of each picture. */
  readonly pictures: Groups;
  /** What each row has in the mean; together 1. */
  readonly weights: readonly number[];
  /** Rows between which only the noise differs. */
  readonly strata: Groups;
}

/** An estimate's standard error, and the degrees of freedom that it is known with. */
export interface Uncertain {
  readonly value: number;
  readonly standardError: number;
  readonly degrees: number;
}

/** What is believed before any two pictures are seen counts as much as so many more pictures would. */
const priorDegrees = 4;

/** Both ends of an interval of 90 %. */
const within90 = 0.95;

/** Of at least two rows. */
export function layOut(rows: readonly ProbeRow[]): RowLayout {
  const pictures = byPicture(rows);
  const weights = rows.map(() => 0);
  for (const picture of pictures) {
    for (const row of picture) weights[row] = 1 / (pictures.length * picture.length);
  }
  return { pictures, weights, strata: pairsInTime(rows) };
}

/** The mean of values by row, with the error that the noise of the rows leaves: a jackknife within strata. */
export function rowMean({ weights, strata }: RowLayout, values: readonly number[]): Uncertain {
  const parts = values.map((value, row) => value * (weights[row] ?? 0));
  const value = sum(parts);
  const variance = sum(
    strata.map((stratum) => {
      const own = stratum.map((row) => parts[row] ?? 0);
      return own.length * sampleVariance(own);
    }),
  );
  const degrees = sum(strata.map(({ length }) => length - 1));
  return { value, standardError: Math.sqrt(variance), degrees };
}

/** What is believed of other pictures. */
export interface Belief {
  /** The standard deviation between pictures, before any two are seen. */
  readonly spread: number;
  /** What others are expected to differ by from these. */
  readonly shift?: number;
}

/** What changed, of these pictures and of others like them. `values` are logarithms of ratios of losses. */
export function learnedOf(
  layout: RowLayout,
  values: readonly number[],
  { spread, shift = 0 }: Belief,
): Learned {
  const mean = rowMean(layout, values);
  const others = meanOfOthers(layout, values, { mean, spread });
  return {
    ofThese: intervalOf(mean),
    ofOthersLikeThem: intervalOf({ ...others, value: others.value + shift }),
    pictures: layout.pictures.length,
  };
}

/** Whether a value is at least so much, and by more than chance: above 0 with a probability. */
export function isSurely(
  { value, standardError, degrees }: Uncertain,
  { least, certainty }: { readonly least: number; readonly certainty: number },
): boolean {
  if (value < least) return false;
  return standardError === 0 || value >= studentQuantile(certainty, degrees) * standardError;
}

/** The same with the other sign. */
export function negated({ value, ...rest }: Uncertain): Uncertain {
  return { value: -value, ...rest };
}

/** An interval that holds the truth with 90 %. */
export function intervalOf({ value, standardError, degrees }: Uncertain): Estimate {
  const half = standardError === 0 ? 0 : studentQuantile(within90, degrees) * standardError;
  return { value, low: value - half, high: value + half };
}

/**
 * The same mean as one of all pictures like these. The variance between pictures is shrunk towards what is usual,
 * since a few pictures do not tell it and one tells nothing:
 * s² = (ν₀σ₀² + (n − 1)s_n²)/(ν₀ + n − 1), with ν₀ + n − 1 degrees of freedom.
 */
function meanOfOthers(
  { pictures, weights }: RowLayout,
  values: readonly number[],
  { mean, spread }: { readonly mean: Uncertain; readonly spread: number },
): Uncertain {
  const count = pictures.length;
  const means = pictures.map(
    (rows) => count * sum(rows.map((row) => product(values, weights, row))),
  );
  // What is seen of a picture has the noise of its rows as well, which s_n has by itself.
  const noise = count * mean.standardError ** 2;
  const prior = spread ** 2 + noise;
  const degrees = priorDegrees + count - 1;
  const between = count === 1 ? 0 : sampleVariance(means);
  const variance = (priorDegrees * prior + (count - 1) * between) / degrees;
  return { value: mean.value, standardError: Math.sqrt(variance / count), degrees };
}

const product = (values: readonly number[], weights: readonly number[], row: number) =>
  (values[row] ?? 0) * (weights[row] ?? 0);

/** Σ(x − x̄)²/(n − 1), of at least two. */
export function sampleVariance(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1);
}

/** Of any number of values. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
