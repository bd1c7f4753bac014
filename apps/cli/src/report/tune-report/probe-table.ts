/** @file All probes of a tune as a table of texts, for page and terminal. */

import { columnsOf, padColumns } from "@atelier/engine";
import type { Messages } from "../../messages/messages.js";
import { errorChange, percentOf, signed } from "../run-report/percent.js";
import type { ReportedProbe, TuneReport } from "./tune-report.js";

/** A table; columns in which nothing was measured are left out. */
export interface ProbeTable {
  readonly head: readonly string[];
  readonly rows: readonly { readonly probe: ReportedProbe; readonly cells: readonly string[] }[];
}

/** The table. */
export function probeTable({ probes }: Pick<TuneReport, "probes">, text: Messages): ProbeTable {
  const { tune: own } = text;
  const { table } = own;
  const hasClass = probes.some(({ best }) => best?.class !== undefined);
  const moved = (estimate: { readonly value: number } | undefined): string =>
    estimate === undefined ? table.none : table.worse(estimate.value);
  const rangeOf = ({ low, high }: { readonly low: number; readonly high: number }): string =>
    text.range(signed(percentOf(high)), errorChange(low));
  const rows = probes.map((probe) => {
    const { record, best, fate } = probe;
    const learned = best?.learned.ofThese;
    const cells = [
      own.name(record.plan),
      best === undefined ? table.none : String(best.step),
      learned === undefined ? table.none : `${errorChange(learned.value)} (${rangeOf(learned)})`,
      moved(best?.generic),
      ...(hasClass ? [moved(best?.class)] : []),
      table.fates[fate](record.end === undefined ? "" : own.ending(record.end)),
    ];
    return { probe, cells };
  });
  const { tried, step, learned, generic, ofClass, fate } = table.head;
  return { head: [tried, step, learned, generic, ...(hasClass ? [ofClass] : []), fate], rows };
}

/** Lines whose columns begin below each other. */
export function probeLines({ head, rows }: ProbeTable): string[] {
  const lines = [head, ...rows.map(({ cells }) => cells)];
  const widths = head.map((_, column) =>
    Math.max(...lines.map((line) => columnsOf(line[column] ?? ""))),
  );
  return lines.map((line) =>
    line
      .map((cell, column) => padColumns(cell, widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
