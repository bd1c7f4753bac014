/** @file How often a run had seen each of its pictures at its best step, for whoever advises steps. */

import type { Table } from "../../report-page/markdown-table.js";
import { labelsOf, smoothedTruth } from "./labels.js";
import type { RunRecord } from "./record.js";
import { type RunKind, runKinds } from "./run-list.js";

/** Pictures of a step, as the embedded base advises. */
const picturesPerStep = 8;
/** Of the most that is learned, this share is nearly all. */
const nearlyAll = 0.95;

/** Of one run. */
interface Showings {
  readonly best: number;
  /** When it had learned nearly all. */
  readonly nearlyAll: number;
  /** It was still getting better at its end. */
  readonly isAtEnd: boolean;
}

/** Rows are what trains and how many pictures; columns how many times a constant rate is a quarter of the advised one. */
export function showingsTable(records: readonly RunRecord[]): Table {
  const learned = records.filter((record) => {
    const { best, states } = labelsOf(record);
    return record.run.sabotage === undefined && best > 0 && states.diverging !== true;
  });
  const counts = sorted(learned.map(({ run }) => run.pictures));
  const rates = sorted(learned.map(({ run }) => run.rateFactor));
  const rows = runKinds.flatMap((kind) =>
    counts.map((pictures) => [
      `${kind}, ${pictures} pictures`,
      ...rates.map((rateFactor) => cellOf(learned, { kind, pictures, rateFactor })),
    ]),
  );
  return { head: ["", ...rates.map((rate) => `rate × ${rate / 4}`)], rows };
}

function cellOf(
  records: readonly RunRecord[],
  { kind, pictures, rateFactor }: { kind: RunKind; pictures: number; rateFactor: number },
): string {
  const found = records.filter(
    ({ run }) => run.kind === kind && run.pictures === pictures && run.rateFactor === rateFactor,
  );
  return found
    .map(showingsOf)
    .map(({ best, nearlyAll: early, isAtEnd }) =>
      early === best && !isAtEnd ? String(best) : `${early}–${best}${isAtEnd ? "+" : ""}`,
    )
    .join(", ");
}

function showingsOf(record: RunRecord): Showings {
  const { run, heldOut, doneSteps } = record;
  const { best } = labelsOf(record);
  const truth = smoothedTruth(record);
  const lowest = truth.find(({ step }) => step === best)?.mean ?? Number.NaN;
  const early = truth.find(({ mean }) => mean <= nearlyAll * lowest)?.step ?? best;
  const times = (step: number) =>
    Math.round((step * picturesPerStep) / Math.max(1, run.pictures - heldOut));
  return { best: times(best), nearlyAll: times(early), isAtEnd: best === doneSteps };
}

function sorted(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
