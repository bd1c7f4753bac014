/**
 * @file How far predictions of other things have moved: X = Σ‖f_θ − f_start‖²/Σ loss at the start, on latents
 * that the start has drawn. Where the start predicts as well as it can, this is by how much the error has grown.
 */

import type { Estimate, Moved } from "../core/verdict.js";
import type { UsableBank } from "./measured.js";
import { intervalOf, sum, type Uncertain } from "./row-mean.js";
import { type Groups, neighboursInTime } from "./strata.js";

/** Distances of a bank's rows after a step. */
export interface DistancesAt {
  readonly step: number;
  readonly distances: readonly number[];
}

/**
 * Rows whose sums make one ratio. Losses differ by orders between early and late timesteps: one ratio for all would
 * hear the noisiest alone, and one for each row would be led by rows that happen to be easy.
 */
const rowsOfRatio = 4;

/** Looks that tell a pace, and how many times the steps so far it can be trusted for. */
const pace = { looks: 3, reach: 4 };

/** @param looks Whole looks in order of steps, without the start: at least one. */
export function movedOf(bank: UsableBank, looks: readonly DistancesAt[], steps: number): Moved {
  const strata = neighboursInTime(bank.rows, [...bank.rows.keys()], rowsOfRatio);
  const last = looks.slice(-pace.looks);
  const now = last.at(-1) ?? { step: 0, distances: [] };
  const ratio = (of: Groups, { distances }: DistancesAt) => meanRatio(of, distances, bank.start);
  const moved = {
    now: relativeInterval(jackknife(strata, (of) => ratio(of, now))),
  };
  const reach = steps / now.step;
  if (last.length < pace.looks || reach <= 1 || reach > pace.reach) return moved;
  // X grows as a power of the steps: a line in logarithms.
  const atEnd = jackknife(strata, (of) => {
    const points = last.map((look) => [Math.log(look.step), Math.log(ratio(of, look))] as const);
    return ratio(of, now) * reach ** slopeOf(points);
  });
  return Number.isFinite(atEnd.value) && Number.isFinite(atEnd.standardError)
    ? { ...moved, atEnd: relativeInterval(atEnd) }
    : moved;
}

/** The mean over strata of ratios of sums. */
function meanRatio(
  strata: Groups,
  distances: readonly number[],
  losses: readonly number[],
): number {
  const total = (values: readonly number[], rows: readonly number[]) =>
    sum(rows.map((row) => values[row] ?? 0));
  return sum(strata.map((rows) => total(distances, rows) / total(losses, rows))) / strata.length;
}

/** A statistic with the error that the choice of its rows leaves: without each row in turn, within its stratum. */
function jackknife(strata: Groups, statistic: (strata: Groups) => number): Uncertain {
  const variance = sum(
    strata.map((stratum, place) => {
      const without = stratum.map((left) =>
        statistic(
          strata.with(
            place,
            stratum.filter((row) => row !== left),
          ),
        ),
      );
      const mean = sum(without) / without.length;
      const spread = sum(without.map((value) => (value - mean) ** 2));
      return (spread * (stratum.length - 1)) / stratum.length;
    }),
  );
  const degrees = sum(strata.map(({ length }) => length - 1));
  return { value: statistic(strata), standardError: Math.sqrt(variance), degrees };
}

/** The interval of a positive number: its logarithm's. */
function relativeInterval({ value, standardError, degrees }: Uncertain): Estimate {
  if (value === 0) return { value, low: 0, high: 0 };
  const { low, high } = intervalOf({ value: 0, standardError: standardError / value, degrees });
  return { value, low: value * Math.exp(low), high: value * Math.exp(high) };
}

/** Of the line of least squares. */
function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]) => sum(values) / values.length;
  const centre = mean(points.map(([x]) => x));
  const level = mean(points.map(([, y]) => y));
  return (
    sum(points.map(([x, y]) => (x - centre) * (y - level))) /
    sum(points.map(([x]) => (x - centre) ** 2))
  );
}
