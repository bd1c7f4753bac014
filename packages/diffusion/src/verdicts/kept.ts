/** @file Which look's values are the best so far. */

import type { Preference } from "../core/verdict.js";
import type { Signals } from "./signals.js";
import type { Thresholds } from "./thresholds.js";
import { smoothed } from "./worsening.js";

/** λ: what forgetting costs, in units of what is learned. */
export const costOfForgetting: Readonly<Record<Preference, number>> = {
  likeness: 1 / 4,
  balance: 1 / 2,
  keep: 1,
};

/** The class is expected to change with what is learned of it. */
const shareOfClass = 1 / 4;

/** X_generic + X_class/4. */
export const forgotten = (moved: { readonly generic: number; readonly class: number }): number =>
  moved.generic + shareOfClass * moved.class;

/** −U = H + λ(X_generic + X_class/4): 0 of the start, less of what is better. Without a preference H alone. */
export function costOf(
  { learned, ...moved }: Pick<Signals, "learned" | "generic" | "class">,
  prefer: Preference | undefined,
): number {
  return learned.ofThese.value + forgettingCost(moved, prefer);
}

function forgettingCost(
  { generic, class: ofClass }: Pick<Signals, "generic" | "class">,
  prefer: Preference | undefined,
): number {
  const lambda = prefer === undefined ? 0 : costOfForgetting[prefer];
  const moved = { generic: generic?.now.value ?? 0, class: ofClass?.now.value ?? 0 };
  return lambda * forgotten(moved);
}

/** How looks are compared. */
export interface Comparison {
  readonly prefer: Preference | undefined;
  readonly smoothing: Thresholds["smoothing"];
}

/**
 * The last point, if it is better than the one kept, else that: whoever watches has to hold the values of one look.
 * Better is what has more of U = −H − λ(X_generic + X_class/4), smoothed over three looks, with for H what is expected
 * of other pictures.
 * @param signals Of all points, the start's first.
 */
export function nextKept(
  before: number,
  signals: readonly Signals[],
  { prefer, smoothing }: Comparison,
): number {
  const costs = smoothed(
    signals.map((point) => point.expected + forgettingCost(point, prefer)),
    smoothing,
  );
  const last = signals.length - 1;
  return (costs[last] ?? 0) < (costs[before] ?? 0) ? last : before;
}
