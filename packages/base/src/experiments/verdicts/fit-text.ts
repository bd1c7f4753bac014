/** @file The part of docs/verdicts.md that is made by fitting: what was tried, what it chose, what that is worth. */

import { judge, type Thresholds, usualThresholds } from "@atelier/diffusion/verdicts";
import { markdownTable, type Table } from "../../report-page/markdown-table.js";
import { type Constant, type Fit, fitThresholds, type Tried } from "./fit-thresholds.js";
import type { RunRecord } from "./record.js";
import { replayed } from "./replay.js";
import { goalTable } from "./score-tables.js";
import { judgeRuns, type Scores, scoreRuns } from "./scores.js";
import { echoTable } from "./with-echoes.js";

/** How the judge of trainings scores with other thresholds, on histories with pictures held out. */
export function scoresWith(records: readonly RunRecord[], thresholds: Thresholds): Scores {
  const judged = judgeRuns(
    records,
    replayed((history) => judge(history, { thresholds })),
    { bank: "held-out" },
  );
  return scoreRuns(judged);
}

/** Fits on the runs that are there for it, and tells what that is worth on them and on runs of unseen subjects. */
export function fitText(records: readonly RunRecord[], fitted?: readonly Constant[]): string {
  const ofSplit = (split: RunRecord["run"]["split"]) =>
    records.filter(({ run }) => run.split === split);
  const [fit, unseen] = [ofSplit("fit"), ofSplit("judge")];
  const scoresOf = (thresholds: Thresholds) => scoresWith(fit, thresholds);
  const found = fitThresholds(scoresOf, { start: usualThresholds, ...(fitted && { fitted }) });
  const columns = [
    ["fitted, fitted on", found.thresholds, fit],
    ["fitted, unseen", found.thresholds, unseen],
    ["in use, fitted on", usualThresholds, fit],
    ["in use, unseen", usualThresholds, unseen],
  ] as const;
  return [
    `On ${fit.length} runs each constant was tried with the others as they are, twice. Of values that are as good as the best the middle one is taken, and that in use where all are as good.`,
    markdownTable(fitTable(found)),
    `What that is worth on them, and on ${unseen.length} runs of unseen subjects:`,
    markdownTable(
      comparison(columns.map(([title, thresholds, of]) => [title, scoresWith(of, thresholds)])),
    ),
    "If enlarged views of pictures in training were looked at besides, and a share of their change counted (mean regret on the runs that are fitted on; on the others):",
    markdownTable(echoTable([fit, unseen], usualThresholds)),
  ].join("\n\n");
}

/** What was tried of each constant, and how flat the choice is. */
export function fitTable({ tried }: Fit): Table {
  return {
    head: ["constant", "by", "tried", "as good as the best", "fitted", "in use"],
    rows: tried.map(({ constant, losses, plateau, chosen }) => [
      constant.title,
      constant.criterion.title,
      triedText(constant, losses),
      plateau.length === constant.values.length ? "all" : rangeText(plateau),
      `${chosen}`,
      `${constant.get(usualThresholds)}`,
    ]),
  };
}

function triedText({ values, criterion }: Constant, losses: Tried["losses"]): string {
  const told = (loss = 0) =>
    criterion.unit === "runs" ? `${loss}` : `${(100 * loss).toFixed(1)} %`;
  return values.map((value, at) => `${value}: ${told(losses[at])}`).join(", ");
}

function rangeText(values: readonly number[]): string {
  const [first] = values;
  const last = values.at(-1);
  return first === last ? `${first}` : `${first}–${last}`;
}

/** The goals and what several judges reach, side by side. */
function comparison(judges: readonly (readonly [title: string, scores: Scores])[]): Table {
  const tables = judges.map(([, scores]) => goalTable(scores).rows);
  const goals = tables[0] ?? [];
  return {
    head: ["", "must", ...judges.map(([title]) => title)],
    rows: goals.map(([name = "", must = ""], row) => [
      name,
      must,
      ...tables.map((rows) => rows[row]?.[3] ?? ""),
    ]),
  };
}
