/** @file Pictures of docs/verdicts.md as SVG: the truth of runs against their signals, and what rules lose. */

import type { BankName } from "@atelier/diffusion/train";
import { html, type Markup } from "../../report-page/markup.js";
import { labelsOf, truthFromStart } from "./labels.js";
import type { RunRecord } from "./record.js";

const panel = { width: 300, height: 200, left: 34, right: 8, top: 24, bottom: 22 };
const columns = 3;

const ink = { text: "#333", grid: "#ddd" };

/** A line of a panel. */
interface Line {
  readonly colour: string;
  readonly dashes?: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Lines of a panel and what they mean, in this order in every panel. */
const signals = {
  truth: { title: "fresh renders (G*)", colour: "#111" },
  "held-out": { title: "pictures held out", colour: "#1f77b4" },
  echo: { title: "echoes", colour: "#2ca02c" },
  train: { title: "pictures in training", colour: "#d62728" },
} as const;

/** Log-ratios to the base over the logarithm of steps, a panel each; the best step is marked. */
export function signalPlot(records: readonly RunRecord[]): string {
  const panels = records.map((record, at) => {
    const lines = linesOf(record);
    const steps = record.looks.map(({ step }) => step);
    const x = { from: Math.log(steps[0] ?? 1), to: Math.log(steps.at(-1) ?? 2) };
    const { best } = labelsOf(record);
    const marks = best === 0 ? [] : [Math.log(best)];
    const ticks = [steps[0], steps[Math.floor(steps.length / 2)], steps.at(-1)].flatMap((step) =>
      step === undefined ? [] : [{ at: Math.log(step), text: `${step}` }],
    );
    return drawPanel({ title: record.run.id.slice(4), at, lines, x, marks, ticks });
  });
  return sheet(panels, Object.values(signals));
}

/** Cumulative shares of runs by regret, a line for each rule; regret is cut off at `most`. */
export function regretPlot(
  rules: readonly { readonly title: string; readonly regrets: readonly number[] }[],
  most = 0.3,
): string {
  const palette = [
    "#111",
    "#1f77b4",
    "#2ca02c",
    "#d62728",
    "#9467bd",
    "#ff7f0e",
    "#8c564b",
    "#7f7f7f",
  ];
  const legend = rules.map(({ title }, at) => ({
    title,
    colour: palette[at % palette.length] ?? "#111",
  }));
  const lines = rules.map(({ regrets }, at): Line => {
    const sorted = [...regrets].sort((a, b) => a - b);
    const points = sorted.map((regret, rank): readonly [number, number] => [
      Math.min(most, regret),
      (rank + 1) / sorted.length,
    ]);
    return { colour: legend[at]?.colour ?? "#111", points: [[0, 0], ...points] };
  });
  const ticks = [0, 1 / 3, 2 / 3, 1].map((share) => {
    return { at: share * most, text: `${(100 * share * most).toFixed(0)} %` };
  });
  const title = "share of runs that lose at most so much of the gain";
  return sheet(
    [drawPanel({ title, at: 0, lines, x: { from: 0, to: most }, marks: [], ticks })],
    legend,
  );
}

function linesOf(record: RunRecord): Line[] {
  const ratios = (bank: BankName): Line["points"] => {
    const isSpare = record.banks[bank] === undefined;
    const start = isSpare ? record.spare.start : (record.start[bank] ?? []);
    return record.looks.map(({ step, rows }, at) => {
      const now = isSpare ? (record.spare.looks[at] ?? []) : (rows[bank] ?? []);
      const sum = now.reduce((total, loss, row) => total + Math.log(loss / (start[row] ?? 1)), 0);
      return [Math.log(step), sum / now.length] as const;
    });
  };
  const truth = truthFromStart(record)
    .slice(1)
    .map(({ step, fresh }) => [Math.log(step), fresh.mean] as const);
  const dashed = (bank: BankName) => (record.banks[bank] === undefined ? { dashes: "3 3" } : {});
  return [
    { colour: signals.truth.colour, points: truth },
    ...(["held-out", "echo", "train"] as const).map((bank): Line => {
      return { colour: signals[bank].colour, ...dashed(bank), points: ratios(bank) };
    }),
  ];
}

interface Panel {
  readonly title: string;
  readonly at: number;
  readonly lines: readonly Line[];
  readonly x: { readonly from: number; readonly to: number };
  readonly marks: readonly number[];
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

function drawPanel({ title, at, lines, x, marks, ticks }: Panel): Markup {
  const values = lines.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const { width, height, left, right, top, bottom } = panel;
  const placeX = (value: number) =>
    left + ((value - x.from) / (x.to - x.from || 1)) * (width - left - right);
  const placeY = (value: number) =>
    top + ((high - value) / (high - low || 1)) * (height - top - bottom);
  const path = ({ points }: Line) =>
    points
      .filter(([, y]) => Number.isFinite(y))
      .map(
        ([px, py], index) =>
          `${index === 0 ? "M" : "L"}${placeX(px).toFixed(1)} ${placeY(py).toFixed(1)}`,
      )
      .join("");
  const [column, row] = [at % columns, Math.floor(at / columns)];
  return html`<g transform="translate(${column * width} ${row * height})">
<text x="${left}" y="14" fill="${ink.text}" font-weight="bold">${title}</text>
${[low, (low + high) / 2, high].map(
  (
    value,
  ) => html`<path d="M${left} ${placeY(value).toFixed(1)}H${width - right}" stroke="${ink.grid}"/>
<text x="${left - 4}" y="${(placeY(value) + 3).toFixed(1)}" text-anchor="end" fill="${ink.text}">${value.toFixed(2)}</text>`,
)}
${marks.map((mark) => html`<path d="M${placeX(mark).toFixed(1)} ${top}V${height - bottom}" stroke="#bbb" stroke-dasharray="2 2"/>`)}
${ticks.map((tick) => html`<text x="${placeX(tick.at).toFixed(1)}" y="${height - 8}" text-anchor="middle" fill="${ink.text}">${tick.text}</text>`)}
${lines.map((line) => html`<path d="${path(line)}" fill="none" stroke="${line.colour}" stroke-width="1.6" stroke-dasharray="${line.dashes ?? "none"}"/>`)}
</g>`;
}

function sheet(
  panels: readonly Markup[],
  legend: readonly { readonly title: string; readonly colour: string }[],
): string {
  const rows = Math.ceil(panels.length / columns);
  const width = Math.min(columns, panels.length) * panel.width;
  const drawn = rows * panel.height;
  const perRow = Math.max(1, Math.floor(width / 150));
  const height = drawn + 18 * Math.ceil(legend.length / perRow) + 8;
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="10">
<rect width="${width}" height="${height}" fill="#fff"/>
${panels}
${legend.map(({ title, colour }, at) => {
  const [left, top] = [8 + (at % perRow) * 150, drawn + 14 + 18 * Math.floor(at / perRow)];
  return html`<path d="M${left} ${top - 3}h16" stroke="${colour}" stroke-width="2"/><text x="${left + 22}" y="${top}" fill="${ink.text}">${title}</text>`;
})}
</svg>
`.markup;
}
