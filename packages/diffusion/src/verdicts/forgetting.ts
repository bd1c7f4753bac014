/** @file Whether other things are predicted worse than by the base. */

import type { Signals } from "./signals.js";
import type { Thresholds } from "./thresholds.js";

/** Whether it is so. */
export interface Forgetting {
  /** The step of the look at which it was seen, while it holds. */
  readonly since?: number;
  readonly isSevere: boolean;
}

/** Not as long as nothing is measured. */
export const nothingForgotten: Forgetting = { isSevere: false };

/** After one more look. Distances that are surely exceeded count: the lower ends of their intervals. */
export function nextForgetting(
  before: Forgetting,
  { step, generic, class: ofClass }: Signals,
  { forgetting: { generic: usual, severe, class: most, leave } }: Thresholds,
): Forgetting {
  const [ofGeneric, ofTheClass] = [generic?.now.low ?? 0, ofClass?.now.low ?? 0];
  const exceeds = (share: number) => ofGeneric >= share * usual || ofTheClass >= share * most;
  if (!exceeds(before.since === undefined ? 1 : leave)) return nothingForgotten;
  const isSevere = ofGeneric >= (before.isSevere ? leave : 1) * severe;
  return { since: before.since ?? step, isSevere };
}
