/** @file Whether pictures that are not trained on get worse while those in training still improve. */

import type { Seen } from "./progress.js";
import { isSurely, negated } from "./row-mean.js";
import { changeBetween, lastOf } from "./signals.js";

/** Whether it is so. */
export interface Overfitting {
  /** The step of the best look, while it holds. */
  readonly since?: number;
  /** Whether, while it held, others like these pictures were seen to get worse as well. */
  readonly isOfOthers: boolean;
}

/** Before the first look. */
export const noOverfitting: Overfitting = { isOfOthers: false };

/** After one more look. */
export function nextOverfitting(before: Overfitting, seen: Seen): Overfitting {
  const { signals, points, thresholds } = seen;
  const { worsened, worsening } = signals;
  const holds =
    before.since === undefined
      ? isWorse(seen) && isTrainFalling(seen)
      : worsened.value >= thresholds.overfitting.leave;
  if (!holds) return noOverfitting;
  return {
    since: before.since ?? points[signals.best]?.step ?? 0,
    isOfOthers: before.isOfOthers || worsening.ofOthersLikeThem.low > 0,
  };
}

/**
 * Look j may be wrong with a probability of α/(j(j + 1)): together, whatever looks have to do with each other, with
 * less than α.
 */
function isWorse({ points, signals, thresholds: { overfitting } }: Seen): boolean {
  const look = points.length - 1;
  const certainty = 1 - overfitting.falseAlarms / (look * (look + 1));
  return isSurely(signals.worsened, { least: overfitting.enter, certainty });
}

function isTrainFalling({ run, points, signals, thresholds }: Seen): boolean {
  const best = points[signals.best] ?? points[0];
  const fall = negated(changeBetween(run, "train", [best, lastOf(points)]));
  return isSurely(fall, { least: thresholds.learning.fall, certainty: thresholds.certainty });
}
