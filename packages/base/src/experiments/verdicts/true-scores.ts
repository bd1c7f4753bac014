/** @file What losses of true pictures say: how much of the subject is learned, how much else is lost. */

import type { TruthPoint } from "./record.js";
import type { TruthRows } from "./truth-rows.js";
import type { TruthLook, TruthLosses } from "./truth-watcher.js";

/** The truth at a look, beside the start. */
export function truthPoint(rows: TruthRows, start: TruthLosses, look: TruthLook): TruthPoint {
  const { step, losses } = look;
  const fresh = meanLogRatio(rows.fresh, start.fresh, losses.fresh);
  const train = meanLogRatio(rows.train, start.train, losses.train).mean;
  const { generic, class: ofClass } = losses;
  return {
    step,
    fresh,
    train,
    ...(generic === undefined ? {} : { generic: excess(start.generic, generic) }),
    ...(ofClass === undefined ? {} : { class: excess(start.class, ofClass) }),
  };
}

/** Over pictures: rows of one are averaged first, since they are wrong alike. */
function meanLogRatio(
  rows: readonly { readonly picture: string }[],
  start: readonly number[] = [],
  now: readonly number[] = [],
): { readonly mean: number; readonly error: number } {
  const byPicture = new Map<string, number[]>();
  for (const [row, { picture }] of rows.entries()) {
    const ratio = Math.log((now[row] ?? Number.NaN) / (start[row] ?? Number.NaN));
    byPicture.set(picture, [...(byPicture.get(picture) ?? []), ratio]);
  }
  const means = [...byPicture.values()].map(meanOf);
  const mean = meanOf(means);
  const squares = means.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (means.length - 1) / means.length) };
}

/** Of the sums, so that rows count as much as they do in a training loss. */
function excess(start: readonly number[] = [], now: readonly number[] = []): number {
  return meanOf(now) / meanOf(start) - 1;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
