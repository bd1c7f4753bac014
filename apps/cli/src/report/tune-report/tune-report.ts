/** @file What the report of a tune tells, as plain data. Its page and the terminal's table are made from it alone. */

import type { ResultFile } from "@atelier/diffusion/train";
import {
  bestOf,
  type ProbePoint,
  type ProbeRecord,
  rateOfProbe,
  type TuneState,
} from "@atelier/diffusion/tune";

import type { RunReport } from "../run-report/run-report.js";

/** How a probe came out. */
export type ProbeFate =
  /** Its settings were trained in full. */
  | "chosen"
  /** The final training, or that of the usual settings. */
  | "result"
  /** Another is better in everything. */
  | "dominated"
  /** Others were ahead a third of the way. */
  | "left"
  | "other";

/** A probe as it is shown. */
export interface ReportedProbe {
  readonly record: ProbeRecord;
  readonly fate: ProbeFate;
  /** None where it was not looked at. */
  readonly best: ProbePoint | undefined;
}

/** Everything that the report of a tune tells. */
export interface TuneReport {
  readonly folder: string;
  readonly state: TuneState;
  /** In the order in which they began, without the range test. */
  readonly probes: readonly ReportedProbe[];
  /** The range test: rates, and the change of the error in training. */
  readonly range: readonly { readonly rate: number; readonly train: number }[];
  /** What the full training made, where it is over. */
  readonly results: readonly ResultFile[];
  /** What was kept of it. */
  readonly keptStep: number | undefined;
  /** What it drew, and the pictures that it was trained on. */
  readonly drawn: Pick<RunReport, "samples" | "pictures" | "results" | "watch"> | undefined;
}

/** Puts it together. */
export function tuneReport(
  folder: string,
  state: TuneState,
  { results, keptStep, drawn }: Pick<TuneReport, "results" | "keptStep" | "drawn">,
): TuneReport {
  const { probes, settings } = state;
  const range = probes.find(({ plan }) => plan.stage === "range");
  return {
    ...{ folder, state, results, keptStep, drawn },
    probes: probes
      .filter((record) => record !== range)
      .map((record) => ({
        record,
        fate: fateOf(record, state),
        best: pointOf(record, keptStep),
      })),
    range: (range?.points ?? []).map(({ step, train }) => ({
      rate: range === undefined ? 0 : rateOfProbe(settings, range.plan, step),
      train,
    })),
  };
}

/** Of a full training what was kept; of a probe its best look. */
function pointOf(
  { plan, points }: ProbeRecord,
  keptStep: number | undefined,
): ProbePoint | undefined {
  const isFull = plan.stage === "final" || plan.stage === "defaults";
  return isFull ? (points.find(({ step }) => step === keptStep) ?? points.at(-1)) : bestOf(points);
}

function fateOf({ plan: { id, stage }, end }: ProbeRecord, { decisions }: TuneState): ProbeFate {
  if (stage === "final" || stage === "defaults") return "result";
  const chosen = decisions.find(({ code }) => code === "chosen");
  if (chosen?.code === "chosen" && chosen.id === id) return "chosen";
  if (end === undefined) return "left";
  return chosen?.code === "chosen" && chosen.dominated.includes(id) ? "dominated" : "other";
}
