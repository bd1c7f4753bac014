/** @file The part of docs/verdicts.md that is made of records: tables for whoever judges, and plots. */

import { markdownTable } from "../../report-page/markdown-table.js";
import { baselines } from "./baselines.js";
import { regretPlot, signalPlot } from "./plots.js";
import { preferenceTable } from "./preferences.js";
import type { RunRecord } from "./record.js";
import type { JudgeHistory, ReplayOptions } from "./replay.js";
import { baselineTable, costTable, goalTable, groupTable, labelTable } from "./score-tables.js";
import {
  type JudgedRun,
  judgeRuns,
  rankCorrelation,
  regretOf,
  scoreRuns,
  truthAt,
} from "./scores.js";
import { showingsTable } from "./showings.js";

/** A judge and the histories that it is given. */
export interface NamedJudge {
  readonly title: string;
  readonly judge: JudgeHistory;
  readonly replay?: ReplayOptions;
}

/** A document, and pictures by the names that it calls them. */
export interface ScoresText {
  readonly markdown: string;
  readonly plots: Readonly<Record<string, string>>;
}

/** Runs of these tell most of each other's signals. */
const shownRuns = 6;

/**
 * The text, with the scores of judges on runs of unseen subjects alone.
 * @param records of all runs that are done
 * @param of runs in all
 */
export function scoresText(
  records: readonly RunRecord[],
  of: number,
  judges: readonly NamedJudge[],
): ScoresText {
  const unseen = records.filter(({ run }) => run.split === "judge");
  const judged = judges.map(({ title, judge, replay }) => {
    return { title, runs: judgeRuns(unseen, judge, replay) };
  });
  const keptBy = ({ runs }: { readonly runs: readonly JudgedRun[] }) =>
    runs.map(({ record, outcome }) => ({ record, kept: outcome.kept }));
  const goals = judged.flatMap(({ title, runs }) => [
    `### ${title}`,
    markdownTable(goalTable(scoreRuns(runs))),
    markdownTable(groupTable(runs)),
  ]);
  const markdown = [
    `${records.length} of ${of} runs are recorded; ${unseen.length} of these have unseen subjects, of which alone the next tables speak.`,
    ...goals,
    "### What is kept",
    markdownTable(
      baselineTable(
        unseen,
        judged.map((each) => [each.title, keptBy(each)]),
      ),
    ),
    "![Share of runs by what they lose](verdicts/regret.svg)",
    "With a preference, by U = −G* − λ(excess loss of other things + a quarter of the class's), as a share of the most that is learned:",
    markdownTable(preferenceTable(unseen)),
    likenessText(records),
    "### What watching takes",
    markdownTable(costTable(records)),
    "### How often pictures are seen",
    "How often each picture in training had been seen when 95 % of the most was learned, and at the best step; + where the run ended with it. The rate, held constant, as a share of the advised one.",
    markdownTable(showingsTable(records)),
    "### What was true of all runs",
    markdownTable(labelTable(records)),
    "### Some runs",
    "Dashed: a bank that the run's own watch went without. Upright: the best step.",
    "![Signals and truth of some runs](verdicts/signals.svg)",
  ].join("\n\n");
  const rules = [
    ...judged.map((each) => ({ title: each.title, regrets: regretOf(keptBy(each)).all })),
    ...baselines.map(({ title, kept }) => {
      const steps = unseen.flatMap((record) => {
        const step = kept(record);
        return step === undefined ? [] : [{ record, kept: step }];
      });
      return { title, regrets: regretOf(steps).all };
    }),
  ];
  return {
    markdown,
    plots: { "regret.svg": regretPlot(rules), "signals.svg": signalPlot(someOf(records)) },
  };
}

/** Losses and drawings speak of the same thing only as far as this says. */
function likenessText(records: readonly RunRecord[]): string {
  const pairs = records.flatMap((record) =>
    record.drawn
      .filter(({ step, likeness }) => step > 0 && Number.isFinite(likeness))
      .map(({ step, likeness }) => [-truthAt(record, step), likeness] as const),
  );
  const correlation = rankCorrelation(pairs).toFixed(2);
  return `The rank correlation of −G* and the likeness of drawings, over ${pairs.length} looks of all runs, is ${correlation}.`;
}

/** Spread over the list. */
function someOf(records: readonly RunRecord[]): RunRecord[] {
  const stride = Math.max(1, Math.floor(records.length / shownRuns));
  return records.filter((_, at) => at % stride === 0).slice(0, shownRuns);
}

/** A part of a document that a command makes. */
export interface MadePart {
  /** Of npm. */
  readonly command: string;
  /** Also the command's option that makes it. */
  readonly name: string;
  readonly markdown: string;
}

/** Puts a text between its marks in a document; at its end where there are none. */
export function insertPart(document: string, { command, name, markdown }: MadePart): string {
  const begin = `<!-- ${name}: made by \`npm run ${command} -- --${name}\` -->`;
  const finish = `<!-- /${name} -->`;
  const part = `${begin}\n\n${markdown}\n\n${finish}`;
  const [start, end] = [document.indexOf(begin), document.indexOf(finish)];
  if (start === -1 || end === -1) return `${document.trimEnd()}\n\n${part}\n`;
  return `${document.slice(0, start)}${part}${document.slice(end + finish.length)}`;
}
