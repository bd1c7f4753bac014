/** @file The comparison of techniques as a table and as a page. */

import type { Table } from "../report-page/markdown-table.js";
import { html, type Markup } from "../report-page/markup.js";
import { pageStyle } from "../report-page/page-style.js";
import type { Arm } from "./arms.js";
import { type ArmResult, spreadOf } from "./result.js";

/** A goal's results. */
export interface Comparison {
  readonly title: string;
  readonly arms: readonly Arm[];
  readonly results: readonly ArmResult[];
}

const head = [
  ...["technique", "trained", "file", "memory", "s/step", "subject", "structure", "obeyed"],
  ...["PRES", "DIV", "unrelated kept"],
];

/** A row for the base, for real pictures, and for each technique: means over seeds ± their deviation. */
export function comparisonTable({ arms, results }: Comparison): Table {
  const [any] = results;
  if (any === undefined) return { head, rows: [] };
  const { measures, classResemblance, diversity } = any;
  const dash = "–";
  const still = [dash, dash, dash, dash];
  const baseRow = [
    ...["the base", ...still, number(measures.instance.base), number(measures.likeness.base)],
    percent(measures.surroundings.base),
    ...[number(classResemblance.base), number(diversity.base), dash],
  ];
  const realRow = [
    ...["real pictures", ...still, number(measures.instance.real), number(1)],
    ...[percent(measures.surroundings.real), dash, dash, dash],
  ];
  const rows = arms.flatMap((arm) => {
    const own = results.filter((result) => result.arm === arm.id);
    return own.length === 0 ? [] : [rowOf(arm, own)];
  });
  return { head, rows: [baseRow, ...rows, realRow] };
}

function rowOf({ title }: Arm, results: readonly ArmResult[]): string[] {
  const over = (value: (result: ArmResult) => number, write: (value: number) => string): string => {
    const { mean, deviation } = spreadOf(results.map(value));
    return Number.isNaN(deviation) ? write(mean) : `${write(mean)} ± ${write(deviation)}`;
  };
  const mean = (value: (result: ArmResult) => number): number => spreadOf(results.map(value)).mean;
  return [
    title,
    count(mean(({ trainedParameters }) => trainedParameters)),
    megabytes(mean(({ fileBytes }) => fileBytes)),
    megabytes(mean(({ memoryBytes }) => memoryBytes)),
    // Other programs only ever make a step longer.
    Math.min(...results.map(({ secondsPerStep }) => secondsPerStep)).toFixed(3),
    over(({ measures }) => measures.instance.after, number),
    over(({ measures }) => measures.likeness.after, number),
    over(({ measures }) => measures.surroundings.after, percent),
    over(({ classResemblance }) => classResemblance.after, number),
    over(({ diversity }) => diversity.after, number),
    over(({ measures }) => measures.unrelated.sameSeed, number),
  ];
}

/** What a page shows of a goal. */
export interface PageSection {
  readonly title: string;
  readonly table: Table;
  /** A data URI. */
  readonly sheet: string;
}

/** One self-contained page. */
export function comparisonPage(intro: string, sections: readonly PageSection[]): string {
  const page = html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Techniques compared</title>
<style>${{ markup: pageStyle }} body { max-width: 80rem } img.sheet { width: 100%; image-rendering: pixelated }</style>
<h1>Techniques compared</h1>
<p>${intro}</p>
${sections.map(section)}
</html>
`;
  return page.markup;
}

function section({ title, table, sheet }: PageSection): Markup {
  return html`<h2>${title}</h2>
<div class="scroll"><table>
<thead><tr>${table.head.map((name) => html`<th>${name}</th>`)}</tr></thead>
<tbody>${table.rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
</table></div>
<p><img class="sheet" src="${sheet}" alt="One picture of each prompt by each technique"></p>
`;
}

const number = (value: number): string => value.toFixed(2);
const percent = (value: number): string => `${(100 * value).toFixed(0)} %`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e6 ? 3 : 1)} MB`;
const count = (value: number): string =>
  value >= 1e6 ? `${(value / 1e6).toFixed(2)} M` : value.toLocaleString("en");
