/** @file The part of docs/tune.md that is made of records: how tuning stands beside what others ship, and a plot. */

import { preferences } from "@atelier/diffusion/core";
import { markdownTable, type Table } from "../../report-page/markdown-table.js";
import { html, type Markup } from "../../report-page/markup.js";
import { percent } from "../verdicts/score-tables.js";
import { quantile } from "../verdicts/scores.js";
import { recipes } from "./contenders.js";
import { holm, type Length, type Made, madeBy, signTest, utility, winsBy } from "./duels.js";
import type { Outcome, TaskRecord } from "./task-record.js";

/** A document's part, and its picture. */
export interface DuelsText {
  readonly markdown: string;
  readonly plot: string;
}

interface Row {
  readonly title: string;
  readonly made: readonly Made[];
}

const lengths: readonly (readonly [length: Length, words: string])[] = [
  ["whole", "as shipped"],
  ["cut", "cut off after the tune's time"],
];

/** The text. @param of tasks in all */
export function duelsText(records: readonly TaskRecord[], of: number): DuelsText {
  const done = records.filter(({ entries }) =>
    entries.some(({ contender }) => contender === "tune"),
  );
  const others = recipes.flatMap(({ id, title }) =>
    lengths.map(([length, words]): Row => {
      return { title: `${title}, ${words}`, made: madeBy(done, id, length) };
    }),
  );
  const usual: Row = { title: "usual settings, watched", made: madeBy(done, "usual", "whole") };
  const tune: Row = { title: "**tune**", made: madeBy(done, "tune", "whole") };
  const rows = [tune, usual, ...others].filter(({ made }) => made.length > 0);
  const minutes = [...new Set(done.map(({ task }) => task.minutes))].join(" or ");
  return {
    markdown: [
      `${done.length} of ${of} tasks are recorded, each with ${minutes} minutes to tune in.`,
      markdownTable(
        duelTable(
          [usual, ...others].filter(({ made }) => made.length > 0),
          others,
        ),
      ),
      "What they make, by the median over tasks:",
      markdownTable(outcomeTable(rows, done)),
      "![What is learned beside what is lost](tune/duels.svg)",
    ].join("\n\n"),
    plot: duelPlot(rows.filter(({ title }) => !title.endsWith("time"))),
  };
}

/** Wins of tuning; chances of those of `tested` together. */
function duelTable(rows: readonly Row[], tested: readonly Row[]): Table {
  const wins = ({ made }: Row) => winsBy(made, (outcome) => utility(outcome, "balance"));
  const asked = tested.filter(({ made }) => made.length > 0);
  const chances = holm(asked.map((row) => signTest(wins(row), row.made.length)));
  return {
    head: [
      ...["tune against", "wins in U", "by luck (Holm)"],
      ...preferences.filter((name) => name !== "balance").map((name) => `by U of ${name}`),
      ...["learns more", "forgets less", "draws more alike"],
    ],
    rows: rows.map((row) => {
      const { title, made } = row;
      const chance = chances[asked.indexOf(row)];
      const by = (value: (outcome: Outcome | undefined) => number) =>
        `${winsBy(made, value)} of ${made.length}`;
      return [
        title,
        by((outcome) => utility(outcome, "balance")),
        chance === undefined ? "–" : chance < 0.001 ? "< .001" : chance.toFixed(3),
        ...preferences
          .filter((name) => name !== "balance")
          .map((name) => by((outcome) => utility(outcome, name))),
        by((outcome) => -(outcome?.truth.fresh.mean ?? Number.POSITIVE_INFINITY)),
        by((outcome) => -(outcome?.truth.generic ?? Number.POSITIVE_INFINITY)),
        by((outcome) => outcome?.drawn.likeness ?? Number.NEGATIVE_INFINITY),
      ];
    }),
  };
}

function outcomeTable(rows: readonly Row[], records: readonly TaskRecord[]): Table {
  const medianOf = (values: readonly number[]) =>
    quantile(
      values.filter(Number.isFinite).sort((a, b) => a - b),
      0.5,
    );
  const base = records.map((record) => record.base);
  return {
    head: [
      ...["", "steps", "seconds", "U", "error on fresh pictures", "other things worse"],
      ...["class worse", "likeness", "obeyed", "unrelated right", "copies"],
    ],
    rows: [
      [
        ...["the base", "–", "–", "0", "–", "–", "–"],
        medianOf(base.map(({ likeness }) => likeness)).toFixed(2),
        percent(medianOf(base.map(({ obeyed }) => obeyed))),
        percent(medianOf(base.map(({ unrelated = Number.NaN }) => unrelated))),
        "–",
      ],
      ...rows.map(({ title, made }) => {
        const all = made.flatMap(({ outcome }) => outcome ?? []);
        const median = (value: (outcome: Outcome) => number | undefined) =>
          medianOf(all.map((outcome) => value(outcome) ?? Number.NaN));
        return [
          title,
          median(({ step }) => step).toFixed(0),
          median(({ seconds }) => seconds).toFixed(0),
          median((outcome) => utility(outcome, "balance")).toFixed(2),
          percent(Math.expm1(median(({ truth }) => truth.fresh.mean))),
          percent(median(({ truth }) => truth.generic)),
          percent(median(({ truth }) => truth.class)),
          median(({ drawn }) => drawn.likeness).toFixed(2),
          percent(median(({ drawn }) => drawn.obeyed)),
          percent(median(({ drawn }) => drawn.unrelated)),
          percent(median(({ drawn }) => drawn.copies)),
        ];
      }),
    ],
  };
}

const size = { width: 640, height: 400 };
const margins = { left: 44, right: 190, top: 24, bottom: 34 };
const palette = ["#111", "#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b"];
/** Of other things: most of what is lost lies between. */
const lostFrom = 0.01;

/** Each contender's tasks as points: how much of the error is gone over how much worse other things are. */
function duelPlot(rows: readonly Row[]): string {
  const points = rows.map(({ made }) =>
    made.flatMap(({ outcome }): (readonly [number, number])[] => {
      const lost = outcome?.truth.generic;
      if (outcome === undefined || lost === undefined) return [];
      return [[Math.log10(Math.max(lostFrom, lost)), -outcome.truth.fresh.mean]];
    }),
  );
  const xs = points.flat().map(([x]) => x);
  const ys = points.flat().map(([, y]) => y);
  const [left, right] = [Math.log10(lostFrom), Math.max(0, ...xs)];
  const [low, high] = [Math.min(0, ...ys), Math.max(0.1, ...ys)];
  const x = (value: number) =>
    margins.left + ((value - left) / (right - left)) * (size.width - margins.left - margins.right);
  const y = (value: number) =>
    margins.top + ((high - value) / (high - low)) * (size.height - margins.top - margins.bottom);
  const ticks = [0.01, 0.1, 1, 10].filter((value) => Math.log10(value) <= right);
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" font-family="sans-serif" font-size="10">
<rect width="${size.width}" height="${size.height}" fill="#fff"/>
<text x="${margins.left}" y="14" font-weight="bold">how much of the error on fresh pictures is gone (−G*), over how much worse other things are predicted</text>
${[low, 0, high].map(
  (
    value,
  ) => html`<path d="M${margins.left} ${y(value).toFixed(1)}H${size.width - margins.right}" stroke="#ddd"/>
<text x="${margins.left - 4}" y="${(y(value) + 3).toFixed(1)}" text-anchor="end">${value.toFixed(1)}</text>`,
)}
${ticks.map(
  (
    value,
  ): Markup => html`<path d="M${x(Math.log10(value)).toFixed(1)} ${margins.top}V${size.height - margins.bottom}" stroke="#ddd"/>
<text x="${x(Math.log10(value)).toFixed(1)}" y="${size.height - margins.bottom + 14}" text-anchor="middle">${value === 0.01 ? "≤ " : ""}${100 * value} %</text>`,
)}
${points.flatMap((own, at) => own.map(([px, py]) => html`<circle cx="${x(px).toFixed(1)}" cy="${y(py).toFixed(1)}" r="3.5" fill="${palette[at % palette.length]}" fill-opacity=".7"/>`))}
${rows.map(({ title }, at) => html`<circle cx="${size.width - margins.right + 16}" cy="${margins.top + 10 + 18 * at}" r="4" fill="${palette[at % palette.length]}"/><text x="${size.width - margins.right + 26}" y="${margins.top + 13 + 18 * at}">${title.replaceAll("*", "")}</text>`)}
</svg>
`.markup;
}
