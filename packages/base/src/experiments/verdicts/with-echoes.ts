/**
 * @file What the kept step would lose if views of pictures in training were looked at beside those held out: on the
 * same records, which have both.
 */

import { judge, type Thresholds, type WatchHistory } from "@atelier/diffusion/verdicts";
import type { Table } from "../../report-page/markdown-table.js";
import { constants } from "./fit-thresholds.js";
import type { RunRecord } from "./record.js";
import { historyOf } from "./replay.js";
import { percent } from "./score-tables.js";
import { regretAt } from "./scores.js";

/**
 * A history whose errors of pictures held out have changed by a share of what those of the views have, too: where a
 * judge compares looks by G, it compares them by G + share · E.
 */
export function withEchoes(record: RunRecord, share: number): WatchHistory {
  const history = historyOf(record, { bank: "held-out" });
  const views = historyOf(record, { bank: "echo" });
  const looks = history.looks.map((look, at) => {
    const losses = views.looks[at]?.rows.echo ?? [];
    const ratios = losses.map((loss, row) => Math.log(loss / (views.start.echo?.[row] ?? 1)));
    const change = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    const heldOut = look.rows["held-out"]?.map((loss) => loss * Math.exp(share * change)) ?? [];
    return { ...look, rows: { ...look.rows, "held-out": heldOut } };
  });
  return { ...history, looks };
}

const shares = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7];

/** Mean regret by the share of the views and by κ, on the runs that are fitted on and on those that are not. */
export function echoTable(
  splits: readonly (readonly RunRecord[])[],
  thresholds: Thresholds,
): Table {
  const [gain] = constants;
  const gains = (gain?.values ?? []).filter((value) => value >= 0.3 && value <= 0.6);
  const lost = (records: readonly RunRecord[], share: number, kappa: number) => {
    const all = records.flatMap((record) => {
      const options = { thresholds: gain?.set(thresholds, kappa) };
      return regretAt(record, judge(withEchoes(record, share), options).kept.step) ?? [];
    });
    return percent(all.reduce((sum, each) => sum + each, 0) / all.length);
  };
  return {
    head: ["views", ...gains.map((value) => `κ = ${value}`)],
    rows: shares.map((share) => [
      `${share}`,
      ...gains.map((value) => splits.map((of) => lost(of, share, value)).join("; ")),
    ]),
  };
}
