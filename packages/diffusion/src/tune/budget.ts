/** @file What probes take and what there is time for, by measured paces: never by the clock, which no two runs share. */

import { planWatch } from "../train/plan/plan-watch.js";
import type { Pace, ProbeRecord } from "./probe.js";

/** Shares of the whole time: range test, fast probe and rates; then what else may be better; the final training. */
export const shares = { rates: 0.4, factors: 0.2, final: 0.4 } as const;

/** Looks of a probe, the last of which is at its end; fewer where they would take longer than its steps. */
export const looksOfOne = 12;
const rowsOfLook = 48;
const forwardShare = 1 / 4;
const leastShare = 0.1;

/** The share of a probe's time that its looks take: it is there to be looked at. */
export function watchShare({
  steps,
  rowsPerStep,
}: {
  readonly steps: number;
  readonly rowsPerStep: number;
}): number {
  const share = ((looksOfOne + 1) * rowsOfLook * forwardShare) / (steps * rowsPerStep);
  // In hundredths, up: a config that a person reads.
  return Math.min(1, Math.max(leastShare, Math.ceil(100 * share) / 100));
}

/** Steps after which a probe is looked at. */
export function looksOf(of: {
  readonly steps: number;
  readonly rowsPerStep: number;
  readonly share: number;
  readonly everySteps?: number | undefined;
}): readonly number[] {
  return planWatch(of)?.steps ?? [of.steps];
}

/** Seconds of so many steps with their looks, the look at the start included. */
export function secondsOf(
  { steps, looks: count }: { readonly steps: number; readonly looks: number },
  { secondsPerStep, secondsPerLook, startSeconds }: Pace,
): number {
  return startSeconds + steps * secondsPerStep + (count + 1) * secondsPerLook;
}

/** Steps for which there is time, with as many looks; none at all is 0. */
export function stepsWithin(
  seconds: number,
  { looks: count, pace }: { readonly looks: number; readonly pace: Pace },
): number {
  const left = seconds - secondsOf({ steps: 0, looks: count }, pace);
  return Math.max(0, Math.floor(left / pace.secondsPerStep));
}

/** What probes have taken, by one pace. */
export function spentSeconds(
  records: readonly Pick<ProbeRecord, "step" | "points">[],
  pace: Pace,
): number {
  return records.reduce(
    (sum, { step, points }) => sum + secondsOf({ steps: step, looks: points.length }, pace),
    0,
  );
}
