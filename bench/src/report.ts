/** @file The table that `npm run bench` prints. */

import { type Measurement, median } from "./measurement.js";
import { plain } from "./peer/variants.js";

/** All rounds of a case. */
export interface Rounds {
  readonly title: string;
  readonly ours: readonly Measurement[];
  /** Nothing where there is no peer. */
  readonly peer?: {
    /** The name of the fastest variant, its rounds, and those of plain float32, which may be the same. */
    readonly best: string;
    readonly ofBest: readonly Measurement[];
    /** None where plain float32 does not fit. */
    readonly ofPlain: readonly Measurement[];
  };
}

const columns = [
  ...["case", "s", "first after, s", "peak, GB"],
  ...["best PyTorch", "its s", "its peak, GB", `${plain}: s`, "peak, GB"],
  ...["time to best", `time to ${plain}`, "memory to best", `memory to ${plain}`],
];

/** A Markdown table: medians over all steps of all rounds; ratios below 1 mean that Atelier is faster or smaller. */
export function reportTable(cases: readonly Rounds[]): string {
  const lines = [columns, columns.map(() => "---"), ...cases.map(row)];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function row({ title, ours, peer }: Rounds): string[] {
  const ready = median(ours.map((each) => each.secondsBeforeFirst + each.firstSeconds));
  const own = summary(ours);
  const best = summary(peer?.ofBest ?? []);
  const reference = summary(peer?.ofPlain ?? []);
  return [
    ...[title, shown(own.seconds, 3), shown(ready, 1), shown(own.gigabytes, 2)],
    ...[peer?.best ?? "–", shown(best.seconds, 3), shown(best.gigabytes, 2)],
    ...[shown(reference.seconds, 3), shown(reference.gigabytes, 2)],
    ...[shown(own.seconds / best.seconds, 2), shown(own.seconds / reference.seconds, 2)],
    ...[shown(own.gigabytes / best.gigabytes, 2), shown(own.gigabytes / reference.gigabytes, 2)],
  ];
}

/** Medians; NaN of nothing. */
function summary(rounds: readonly Measurement[]): { seconds: number; gigabytes: number } {
  return {
    seconds: median(rounds.flatMap(({ seconds }) => seconds)),
    gigabytes: median(rounds.map(({ peakBytes }) => peakBytes)) / 1e9,
  };
}

const shown = (value: number, digits: number): string =>
  Number.isFinite(value) ? value.toFixed(digits) : "–";
