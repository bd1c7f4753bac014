/** @file Whether a training learns: nothing yet, something, or enough. */

import { isSurely, negated, rowMean } from "./row-mean.js";
import {
  changeBetween,
  expectedChange,
  lastOf,
  type Points,
  type Signals,
  type WatchedRun,
} from "./signals.js";
import type { Thresholds } from "./thresholds.js";

/** How far a training is. It stays so until the contrary is seen. */
export interface Progress {
  /** Absent until something is seen. */
  readonly state?: "nothing-happens" | "learning" | "learned-enough";
  /** The point (see `Points`) from which it is so. */
  readonly since: number;
  /** Looks in a row that gained too little. */
  readonly flat: number;
}

/** Before the first look. */
export const noProgress: Progress = { since: 0, flat: 0 };

/** What is seen. */
export interface Seen {
  readonly run: WatchedRun;
  readonly points: Points;
  readonly signals: Signals;
  readonly thresholds: Thresholds;
}

/** Progress after one more look. */
export function nextProgress(before: Progress, seen: Seen): Progress {
  const flat = isFlat(seen) ? before.flat + 1 : 0;
  const { state, since } = before;
  if (state === undefined || state === "nothing-happens") {
    if (hasLearned(seen, since)) return { state: "learning", since, flat };
    const isNothing = !hasMoved(seen) && (state !== undefined || isStill(seen));
    return { ...(isNothing ? { state: "nothing-happens" } : {}), since, flat };
  }
  switch (state) {
    case "learning":
      return flat < 2
        ? { state, since, flat }
        : { state: "learned-enough", since: endOfGains(seen), flat };
    case "learned-enough":
      return hasLearned(seen, since, seen.thresholds.learnedEnough.gain)
        ? { state: "learning", since, flat: 0 }
        : { state, since, flat };
  }
}

/** Errors have fallen since a point, in training and out of it, by more than chance. */
function hasLearned(
  { run, points, thresholds: { certainty, learning } }: Seen,
  since: number,
  least: number = learning.fall,
): boolean {
  const from = points[since] ?? points[0];
  return (["learned", "train"] as const).every((name) => {
    return isSurely(negated(changeBetween(run, name, [from, lastOf(points)])), {
      least,
      certainty,
    });
  });
}

/** The error of pictures in training has changed since the start, by more than chance. */
function hasMoved({ run, points, thresholds: { certainty, nothingHappens } }: Seen): boolean {
  const change = rowMean(run.layouts.train, lastOf(points).train);
  const size = change.value < 0 ? negated(change) : change;
  return isSurely(size, { least: nothingHappens.change, certainty });
}

/** So many steps have not even changed the error of pictures in training. */
function isStill({ run, points, signals, thresholds: { nothingHappens } }: Seen): boolean {
  const { steps, share, chance } = nothingHappens;
  const isLate = lastOf(points).step >= Math.max(steps, share * run.steps);
  return isLate && Math.abs(signals.train.ofThese.value) < chance;
}

/** The point from which on little was gained. */
function endOfGains({ points, signals, thresholds: { learnedEnough } }: Seen): number {
  return Math.min(signals.best, points.length - 1 - learnedEnough.looks);
}

/** The last looks are expected to gain too little for others, and at their pace the rest of the run, too. */
function isFlat({ run, points, thresholds: { learnedEnough } }: Seen): boolean {
  const last = lastOf(points);
  const from = points.at(-1 - learnedEnough.looks);
  if (from === undefined || from.step === 0) return false;
  const gain = -expectedChange(run, points, from);
  // Errors fall with the logarithm of the steps.
  const atEnd = (gain * Math.log(run.steps / last.step)) / Math.log(last.step / from.step);
  return Math.max(gain, atEnd) < learnedEnough.gain;
}
