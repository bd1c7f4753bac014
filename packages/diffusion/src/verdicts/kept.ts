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
  const lambda = prefer === undefined ? 0 : costOfForgetting[prefer];
  const costs = smoothed(
    signals.map(({ learned, generic, class: ofClass }) => {
      const forgotten = (generic?.now.value ?? 0) + shareOfClass * (ofClass?.now.value ?? 0);
      return learned.ofThese.value + lambda * forgotten;
    }),
  );
  const last = signals.length - 1;
  return (costs[last] ?? 0) < (costs[before] ?? 0) ? last : before;
}
