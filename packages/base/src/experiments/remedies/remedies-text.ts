/** @file The part of docs/verdicts.md that says what each remedy avoids, and what it costs. */

import { markdownTable } from "../../report-page/markdown-table.js";
import type { Outcome, TaskRecord } from "../tune/task-record.js";
import { percent } from "../verdicts/score-tables.js";
import { quantile } from "../verdicts/scores.js";
import { nothing, remedies, strengths } from "./remedies.js";

const titles: readonly (readonly [id: string, title: string])[] = [
  [nothing.id, "nothing"],
  ...strengths.map(({ id, strength }) => [id, `drawn at strength ${strength}`] as const),
  ...remedies.map(({ id, title }) => [id, title] as const),
  ["acting", "`--watch 0.1 --act --prefer balance`"],
];

/** Of a task what a remedy makes, what nothing makes, and what the base draws. */
interface Compared {
  readonly with: Outcome;
  readonly without: Outcome;
  readonly base: TaskRecord["base"];
}

/** The text. */
export function remediesText(records: readonly TaskRecord[]): string {
  const rows = titles.flatMap(([id, title]) => {
    const all = records.flatMap((record) => compared(record, id) ?? []);
    return all.length === 0 ? [] : [rowOf(title, all)];
  });
  const table = {
    head: [
      ...["", "tasks", "steps", "error on fresh pictures", "other things worse", "class worse"],
      ...["likeness", "unrelated right", "avoids", "keeps of what is learned", "of the likeness"],
    ],
    rows,
  };
  return [
    "Medians over tasks. *Avoids*: of what other things lose without a remedy; *keeps*: of what is learned (−G*) without one, and of the likeness beyond the base's.",
    markdownTable(table),
  ].join("\n\n");
}

function compared({ entries, base }: TaskRecord, id: string): Compared | undefined {
  const of = (name: string) => entries.find(({ contender }) => contender === name)?.whole;
  const [own, plain] = [of(id), of(nothing.id)];
  return own && plain && { with: own, without: plain, base };
}

function rowOf(title: string, all: readonly Compared[]): string[] {
  const median = (value: (task: Compared) => number | undefined) =>
    quantile(
      all
        .map((task) => value(task) ?? Number.NaN)
        .filter(Number.isFinite)
        .sort((a, b) => a - b),
      0.5,
    );
  const own = (value: (outcome: Outcome) => number | undefined) =>
    median((task) => value(task.with));
  const lost = ({ truth }: Outcome) => truth.generic ?? Number.NaN;
  const likeness = ({ drawn }: Outcome, { base }: Compared) => drawn.likeness - base.likeness;
  return [
    title,
    `${all.length}`,
    own(({ step }) => step).toFixed(0),
    percent(Math.expm1(own(({ truth }) => truth.fresh.mean))),
    percent(own(lost)),
    percent(own(({ truth }) => truth.class)),
    own(({ drawn }) => drawn.likeness).toFixed(2),
    percent(own(({ drawn }) => drawn.unrelated)),
    percent(median((task) => 1 - lost(task.with) / lost(task.without))),
    percent(median((task) => task.with.truth.fresh.mean / task.without.truth.fresh.mean)),
    percent(median((task) => likeness(task.with, task) / likeness(task.without, task))),
  ];
}
