/** @file What a probe has measured so far, and whether it is over: pure functions of its looks. */

import type { Preference, VerdictState } from "../core/verdict.js";
import type { WatchHistory } from "../verdicts/history.js";
import { type Judgement, judge } from "../verdicts/judge.js";
import { costOf } from "../verdicts/kept.js";
import { measuredAt, usableBanks } from "../verdicts/measured.js";
import { usualThresholds } from "../verdicts/thresholds.js";
import { smallestAt, smoothed } from "../verdicts/worsening.js";
import type { ProbeEnd, ProbePoint } from "./probe.js";

/** A probe whose cost has risen so far above its lowest, at two looks in a row, will not come back. */
const pastBest = { rise: 0.03, looks: 2 };

const { smoothing } = usualThresholds;

/** Verdicts that end a probe. */
const endings: { readonly [State in VerdictState]?: ProbeEnd } = {
  diverging: "broke",
  overfitting: "overfitting",
  "learned-enough": "learned-enough",
};

/** What was measured at each whole look. @throws AtelierError `training` for a history that cannot be judged. */
export function pointsOf(history: WatchHistory, prefer: Preference): ProbePoint[] {
  return pointsOfJudged(history, judge(history, { prefer }), prefer);
}

function pointsOfJudged(
  history: WatchHistory,
  { signals }: Judgement,
  prefer: Preference,
): ProbePoint[] {
  const banks = usableBanks(history);
  const looks = new Map(history.looks.map((look) => [look.step, look]));
  return signals.flatMap((signal): ProbePoint[] => {
    const { step, learned, train, generic, class: ofClass } = signal;
    const look = looks.get(step);
    const measured = look && measuredAt(banks, look);
    if (measured === undefined) return [];
    return [
      {
        ...{ step, learned, train: train.ofThese.value },
        ...(generic === undefined ? {} : { generic: generic.now }),
        ...(ofClass === undefined ? {} : { class: ofClass.now }),
        ...{ cost: costOf(signal, prefer), rows: measured.learned },
      },
    ];
  });
}

/** Why a probe is over after its last look; nothing where it goes on. */
export function endAfter(history: WatchHistory, prefer: Preference): ProbeEnd | undefined {
  const judgement = judge(history, { prefer });
  const ends = judgement.now.flatMap(({ state }) => endings[state] ?? []);
  const [told] = ends;
  if (told !== undefined) return told;
  const points = pointsOfJudged(history, judgement, prefer);
  const best = bestOf(points);
  const since = points.slice(-pastBest.looks);
  const isWorse = ({ step, cost }: ProbePoint) =>
    best !== undefined && step > best.step && cost > best.cost + pastBest.rise;
  return since.length === pastBest.looks && since.every(isWorse) ? "past-best" : undefined;
}

/** The point of the lowest cost, of which its neighbours have a say; the start is none of the points. */
export function bestOf(points: readonly ProbePoint[]): ProbePoint | undefined {
  // Only looks compete, but the start is where costs begin.
  const [, ...costs] = smoothed([0, ...points.map(({ cost }) => cost)], smoothing);
  return points[smallestAt(costs)];
}

/**
 * The cost after a sum of rates, by which probes of different rates are as far: in a straight line between looks,
 * over the logarithm.
 * @param learningRate constant throughout
 */
export function costAt(
  points: readonly ProbePoint[],
  { learningRate, rateSum }: { readonly learningRate: number; readonly rateSum: number },
): number {
  const step = rateSum / learningRate;
  const after = points.findIndex((point) => point.step >= step);
  const last = points.at(-1);
  // It fell apart before it could be looked at.
  if (last === undefined) return Number.POSITIVE_INFINITY;
  const to = points[after];
  if (to === undefined) return last.cost;
  const from = points[after - 1];
  if (from === undefined) return to.cost * (step / to.step);
  const share = Math.log(step / from.step) / Math.log(to.step / from.step);
  return from.cost + share * (to.cost - from.cost);
}
