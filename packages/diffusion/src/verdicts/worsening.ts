/** @file By how much the last look is worse than the best one, without the winner's curse. */

import type { UsableBank } from "./measured.js";
import { sum } from "./row-mean.js";
import type { Thresholds } from "./thresholds.js";

/**
 * Levels of looks, the start first, each with a little of both its neighbours. Pictures part more between looks than
 * rows scatter, so that more smoothing would hide a best look rather than find it. The start is known exactly, and is
 * neither smoothed nor a neighbour.
 */
export function smoothed(
  levels: readonly number[],
  { neighbour }: Thresholds["smoothing"],
): readonly number[] {
  return levels.map((level, index) => {
    if (index === 0) return level;
    const around = [index - 1, index + 1].flatMap((other) =>
      other === 0 ? [] : (levels[other] ?? []),
    );
    return (level + neighbour * sum(around)) / (1 + neighbour * around.length);
  });
}

/** Where the smallest of some values stands; the first of equals. */
export function smallestAt(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value < (values[best] ?? 0) ? index : best), 0);
}

/** Where the best look stands among the points, for the rows of each half. */
export interface BestLooks {
  readonly a: number;
  readonly b: number;
}

/**
 * For the rows of each half the best look as those of the other half see it: the lowest of several noisy looks looks
 * better than it is, but not to rows that had no part in the choice.
 * @param values By point, the start first, and by row.
 */
export function bestLooks(
  { rows }: Pick<UsableBank, "rows">,
  values: readonly (readonly number[])[],
  smoothing: Thresholds["smoothing"],
): BestLooks {
  const bestBy = (half: "a" | "b") => {
    const chosen = [...rows.keys()].filter((row) => rows[row]?.half === half);
    const levels = values.map((of) => sum(chosen.map((row) => of[row] ?? 0)) / chosen.length);
    return smallestAt(smoothed(levels, smoothing));
  };
  return { a: bestBy("b"), b: bestBy("a") };
}

/** For each row its change since its best look: in the last look itself, as the best, nothing is. */
export function changesSince(
  best: BestLooks,
  { rows }: Pick<UsableBank, "rows">,
  values: readonly (readonly number[])[],
): readonly number[] {
  const last = values.at(-1) ?? [];
  return rows.map(({ half }, row) => (last[row] ?? 0) - (values[best[half]]?.[row] ?? 0));
}
