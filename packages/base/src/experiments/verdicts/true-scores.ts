/** @file What losses of true pictures say: how much of the subject is learned, how much else is lost. */

import type { TruthPoint } from "./record.js";
import type { TruthRows } from "./truth-rows.js";
import type { TruthLook, TruthLosses } from "./truth-watcher.js";

/** The truth at every look, beside the start. */
export function truthPoints(
  rows: TruthRows,
  start: TruthLosses,
  looks: readonly TruthLook[],
): TruthPoint[] {
  const fresh = looks.map(({ losses }) => logRatios(rows.fresh, start.fresh, losses.fresh));
  const means = fresh.map((ratios) => spreadOf(ratios).mean);
  const best = fresh[means.indexOf(Math.min(...means))] ?? [];
  return looks.map(({ step, losses: { train, generic, class: ofClass } }, at) => {
    const now = fresh[at] ?? [];
    const changes = now.map((ratio, picture) => ratio - (best[picture] ?? Number.NaN));
    return {
      step,
      fresh: { ...spreadOf(now), sinceBest: spreadOf(changes).error },
      train: spreadOf(logRatios(rows.train, start.train, train)).mean,
      ...(generic === undefined ? {} : { generic: excess(start.generic, generic) }),
      ...(ofClass === undefined ? {} : { class: excess(start.class, ofClass) }),
    };
  });
}

/** Mean log-ratios of pictures: rows of one are averaged first, since they are wrong alike. */
function logRatios(
  rows: readonly { readonly picture: string }[],
  start: readonly number[] = [],
  now: readonly number[] = [],
): number[] {
  const byPicture = new Map<string, number[]>();
  for (const [row, { picture }] of rows.entries()) {
    const ratio = Math.log((now[row] ?? Number.NaN) / (start[row] ?? Number.NaN));
    byPicture.set(picture, [...(byPicture.get(picture) ?? []), ratio]);
  }
  return [...byPicture.values()].map(meanOf);
}

function spreadOf(values: readonly number[]): { readonly mean: number; readonly error: number } {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}

/** Of the sums, so that rows count as much as they do in a training loss. */
function excess(start: readonly number[] = [], now: readonly number[] = []): number {
  return meanOf(now) / meanOf(start) - 1;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
