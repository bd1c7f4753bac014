/** @file By how much the last look is worse than the best one, without the winner's curse. */

import type { Measured, UsableBank } from "./measured.js";
import { sum } from "./row-mean.js";

/** Of each of a look's neighbours, against its own of 1. */
const weightOfNeighbour = 1 / 4;

/**
 * Levels of looks, the start first, each with a little of both its neighbours. Pictures part more between looks than
 * rows scatter, so that more smoothing would hide a best look rather than find it. The start is known exactly, and is
 * neither smoothed nor a neighbour.
 */
export function smoothed(levels: readonly number[]): readonly number[] {
  return levels.map((level, index) => {
    if (index === 0) return level;
    const around = [index - 1, index + 1].flatMap((other) =>
      other === 0 ? [] : (levels[other] ?? []),
    );
    return (level + weightOfNeighbour * sum(around)) / (1 + weightOfNeighbour * around.length);
  });
}

/** Where the smallest of some values stands; the first of equals. */
export function smallestAt(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value < (values[best] ?? 0) ? index : best), 0);
}

/**
 * For each row its change since the best look, which is chosen by rows of the other half: the lowest of several
 * noisy looks looks better than it is, but not to rows that had no part in the choice. The mean is how much worse
 * the last look is; in the last look itself, as the best, nothing is.
 * @param points Whole looks, the start first.
 */
export function changesSinceBest(
  { rows }: Pick<UsableBank, "rows">,
  points: readonly Pick<Measured, "learned">[],
): readonly number[] {
  const bestBy = (half: "a" | "b") => {
    const chosen = [...rows.keys()].filter((row) => rows[row]?.half === half);
    const levels = points.map(
      ({ learned }) => sum(chosen.map((row) => learned[row] ?? 0)) / chosen.length,
    );
    return points[smallestAt(smoothed(levels))]?.learned ?? [];
  };
  const best = { a: bestBy("b"), b: bestBy("a") };
  const last = points.at(-1)?.learned ?? [];
  return rows.map(({ half }, row) => (last[row] ?? 0) - (best[half][row] ?? 0));
}
