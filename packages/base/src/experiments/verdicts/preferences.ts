/** @file What is kept for a preference, beside what would have been the best by the truth. */

import { type Preference, preferences } from "@atelier/diffusion/core";
import { judge } from "@atelier/diffusion/verdicts";
import type { Table } from "../../report-page/markdown-table.js";
import { truthFromStart } from "./labels.js";
import type { RunRecord, TruthPoint } from "./record.js";
import { historyOf } from "./replay.js";
import { percent } from "./score-tables.js";
import { quantile, truthAt } from "./scores.js";

/** λ, as `kept.ts` of the verdicts has it. */
const costs: Readonly<Record<Preference, number>> = { likeness: 1 / 4, balance: 1 / 2, keep: 1 };

/** What the class has lost counts less than what other things have. */
const shareOfClass = 1 / 4;

/** −U = G* + λ(excess of other things + excess of the class/4), at the looks that have all three. */
export function trueCosts(
  record: RunRecord,
  prefer: Preference,
): { readonly step: number; readonly cost: number }[] {
  return truthFromStart(record).flatMap((point) => {
    const cost = trueCost(point, prefer);
    return cost === undefined ? [] : { step: point.step, cost };
  });
}

/** The same of one look; nothing where it lacks one of the three. */
export function trueCost(
  { fresh, generic, class: ofClass }: TruthPoint,
  prefer: Preference,
): number | undefined {
  if (generic === undefined || ofClass === undefined) return undefined;
  return fresh.mean + costs[prefer] * (generic + shareOfClass * ofClass);
}

/**
 * What U loses by the look that is kept, as a share of what is learned at most. Looks alone are compared that have a
 * whole truth. Nothing where nothing is learned.
 */
export function preferenceRegret(record: RunRecord, prefer: Preference): number | undefined {
  const truth = trueCosts(record, prefer);
  const known = new Set(truth.map(({ step }) => step));
  const history = historyOf(record, { bank: "held-out" });
  const looks = history.looks.filter(({ step }) => known.has(step));
  const { kept } = judge({ ...history, looks }, { prefer });
  const learned = -Math.min(...truth.map(({ step }) => truthAt(record, step)));
  const lowest = Math.min(...truth.map(({ cost }) => cost));
  const cost = truth.find(({ step }) => step === kept.step)?.cost;
  return cost === undefined || learned <= 0 ? undefined : (cost - lowest) / learned;
}

/** By preference, runs with the base's prediction as prior apart: what is measured of their class is what it keeps. */
export function preferenceTable(records: readonly RunRecord[]): Table {
  const lost = (prefer: Preference, isPrior: boolean) => {
    const all = records
      .filter(({ run }) => (run.kind === "prior") === isPrior)
      .flatMap((record) => preferenceRegret(record, prefer) ?? [])
      .sort((a, b) => a - b);
    return [`${all.length}`, percent(quantile(all, 0.5)), percent(quantile(all, 0.9))];
  };
  return {
    head: ["prefers", ...["runs", "loses, median", "90th percentile"], ...["with a prior", "", ""]],
    rows: preferences.map((prefer) => [prefer, ...lost(prefer, false), ...lost(prefer, true)]),
  };
}
