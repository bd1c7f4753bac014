/** @file What the watch of a recorded run takes: as planned in rows, and as measured in seconds. */

import { planWatch } from "@atelier/diffusion/train";
import { bankNames } from "@atelier/diffusion/verdicts";
import type { RunRecord } from "./record.js";

/** Costs of a plan. */
export interface WatchCost {
  readonly looks: number;
  readonly rowsPerLook: number;
  /** Rows predicted, each a quarter of one trained on, as a share of those trained on. */
  readonly ofRows: number;
  /** Seconds of all looks, the start's among them, as a share of the seconds without them. */
  readonly ofTime: number;
}

/** Pictures that a step sees, and what a row takes that is only predicted, beside one trained on. */
const batch = 8;
const forwardShare = 1 / 4;

/** The cost of the watch that a share plans: recorded seconds by row, since the record has all rows. */
export function costOf(
  { run, banks, looks, seconds }: RunRecord,
  share: number,
): WatchCost | undefined {
  const plan = planWatch({ share, steps: run.steps, rowsPerStep: batch });
  if (plan === undefined) return undefined;
  const own = bankNames.filter((bank) => banks[bank] !== undefined);
  const sum = (count: (bank: (typeof bankNames)[number]) => number) =>
    own.reduce((total, bank) => total + count(bank), 0);
  const rowsPerLook = sum((bank) => plan.rows[bank]);
  const recorded = sum((bank) => banks[bank]?.length ?? 0) * (looks.length + 1);
  const rows = rowsPerLook * (plan.steps.length + 1);
  return {
    looks: plan.steps.length,
    rowsPerLook,
    ofRows: (rows * forwardShare) / (run.steps * batch),
    ofTime: (seconds.watch * (rows / recorded)) / (seconds.run - seconds.watch),
  };
}
