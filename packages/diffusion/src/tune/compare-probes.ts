/** @file Which of several probes is the best, and which can be left: pure functions of what they have measured. */

import type { Preference } from "../core/verdict.js";
import { costOfForgetting, forgotten } from "../verdicts/kept.js";
import { isSurely, layOut, rowMean } from "../verdicts/row-mean.js";
import { bestOf, costAt } from "./measure-probe.js";
import type { ProbePoint, ProbeRecord } from "./probe.js";

/** A probe with its best point. */
export interface Candidate {
  readonly record: ProbeRecord;
  readonly best: ProbePoint;
}

/** Smaller differences of costs and errors are none. */
const leastDifference = 0.005;

/** With which a worse probe is called so. */
const certainty = 0.95;

/** Those that have measured anything. */
export function candidatesOf(records: readonly ProbeRecord[]): Candidate[] {
  return records.flatMap((record) => {
    const best = bestOf(record.points);
    return best === undefined ? [] : [{ record, best }];
  });
}

/** Whether one is as good in everything that is measured and better in something. */
export function dominates({ best: one }: Candidate, { best: other }: Candidate): boolean {
  const gains = [
    other.learned.ofThese.value - one.learned.ofThese.value,
    (other.generic?.value ?? 0) - (one.generic?.value ?? 0),
    (other.class?.value ?? 0) - (one.class?.value ?? 0),
  ];
  return gains.every((gain) => gain >= 0) && gains.some((gain) => gain >= leastDifference);
}

/** What was chosen among candidates, and why. */
export interface Choice {
  readonly chosen: Candidate;
  /** The one of the lowest cost, where the chosen is as good but for chance, and forgets less or is shorter. */
  readonly over?: Candidate;
  /** Those that another is better than in everything. */
  readonly dominated: readonly Candidate[];
}

/** The best of some; none of none. */
export function choose(candidates: readonly Candidate[], prefer: Preference): Choice | undefined {
  const dominated = candidates.filter((one) => candidates.some((other) => dominates(other, one)));
  const left = candidates.filter((one) => !dominated.includes(one));
  const [lowest] = left.toSorted((one, other) => one.best.cost - other.best.cost);
  if (lowest === undefined) return undefined;
  const asGood = left.filter((one) => one === lowest || !isWorse(one, lowest, prefer));
  const [chosen = lowest] = asGood.toSorted(
    ({ best: one }, { best: other }) =>
      forgotten(valuesOf(one)) - forgotten(valuesOf(other)) || one.step - other.step,
  );
  return { chosen, ...(chosen === lowest ? {} : { over: lowest }), dominated };
}

/**
 * Whether one's cost is surely higher. Errors are compared row by row: all probes are looked at with the same
 * pictures, noise and timesteps. What is forgotten is taken as measured.
 */
function isWorse(one: Candidate, best: Candidate, prefer: Preference): boolean {
  const rows = best.best.rows;
  const layout = layOut(best.record.rows);
  if (one.best.rows.length !== rows.length) {
    return one.best.cost - best.best.cost >= leastDifference;
  }
  const more = forgotten(valuesOf(one.best)) - forgotten(valuesOf(best.best));
  const changes = one.best.rows.map((value, row) => value - (rows[row] ?? 0));
  const { value, ...error } = rowMean(layout, changes);
  const difference = { ...error, value: value + costOfForgetting[prefer] * more };
  return isSurely(difference, { least: leastDifference, certainty });
}

const valuesOf = ({ generic, class: ofClass }: ProbePoint) => ({
  generic: generic?.value ?? 0,
  class: ofClass?.value ?? 0,
});

/** Those that go on, and those that do not. */
export interface Halves {
  readonly kept: readonly ProbeRecord[];
  readonly left: readonly ProbeRecord[];
}

/**
 * The better half of probes that all have come as far by their sums of rates.
 * @param rateSum where they are compared
 */
export function halve(records: readonly ProbeRecord[], rateSum: number): Halves {
  const costOfOne = ({ points, plan: { learningRate } }: ProbeRecord) =>
    costAt(points, { learningRate, rateSum });
  const ranked = records.toSorted((one, other) => costOfOne(one) - costOfOne(other));
  const count = Math.ceil(records.length / 2);
  return { kept: ranked.slice(0, count), left: ranked.slice(count) };
}
