/** @file Which look's values are the best so far. */

import type { Preference } from "../core/verdict.js";
import type { Signals } from "./signals.js";
import { smoothed } from "./worsening.js";

/** What forgetting costs, in units of what is learned. */
const costOfForgetting: Readonly<Record<Preference, number>> = {
  likeness: 1 / 4,
  balance: 1 / 2,
  keep: 1,
};

/** The class is expected to change with what is learned of it. */
const shareOfClass = 1 / 4;

/** −U = H + λ(X_generic + X_class/4): 0 of the start, less of what is better. Without a preference H alone. */
export function costOf(
  { learned, generic, class: ofClass }: Pick<Signals, "learned" | "generic" | "class">,
  prefer: Preference | undefined,
): number {
  const lambda = prefer === undefined ? 0 : costOfForgetting[prefer];
  const forgotten = (generic?.now.value ?? 0) + shareOfClass * (ofClass?.now.value ?? 0);
  return learned.ofThese.value + lambda * forgotten;
}

/**
 * The last point, if it is better than the one kept, else that: whoever watches has to hold the values of one look.
 * Better is what has more of U = −H − λ(X_generic + X_class/4), smoothed over three looks.
 * @param signals Of all points, the start's first.
 */
export function nextKept(
  before: number,
  signals: readonly Signals[],
  prefer: Preference | undefined,
): number {
  const costs = smoothed(signals.map((point) => costOf(point, prefer)));
  const last = signals.length - 1;
  return (costs[last] ?? 0) < (costs[before] ?? 0) ? last : before;
}
