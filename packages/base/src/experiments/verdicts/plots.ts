/** @file Pictures of docs/verdicts.md as SVG: the truth of runs against their signals, and what rules lose. */

import type { BankName } from "@atelier/diffusion/verdicts";
import { html, type Markup } from "../../report-page/markup.js";
import { labelsOf, truthFromStart } from "./labels.js";
import type { RunRecord } from "./record.js";

interface Layout {
  readonly columns: number;
  /** Of a panel, margins included. */
  readonly width: number;
  readonly height: number;
}

const many: Layout = { columns: 3, width: 300, height: 200 };
const one: Layout = { columns: 1, width: 640, height: 320 };
const margins = { left: 34, right: 14, top: 24, bottom: 22 };
const legendWidth = 190;

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
    return drawPanel({ title: record.run.id.slice(4), at, lines, x, marks, ticks }, many);
  });
  return sheet(panels, Object.values(signals), many);
}

/** Cumulative shares of runs by regret, a line for each rule; regret is cut off at `most`. */
export function regretPlot(
  rules: readonly { readonly title: string; readonly regrets: readonly number[] }[],
  most = 0.3,
): string {
  const palette = ["#111", "#1f77b4", "#2ca02c", "#d62728", "#9467bd", "#ff7f0e", "#7f7f7f"];
  const legend = rules.map(({ title }, at) => {
    const colour = palette[at % palette.length] ?? ink.text;
    return { title, colour, dashes: at < palette.length ? "none" : "4 3" };
  });
  const lines = rules.map(({ regrets }, at): Line => {
    const sorted = [...regrets].sort((a, b) => a - b);
    const points = sorted.map((regret, rank): readonly [number, number] => [
      Math.min(most, regret),
      (rank + 1) / sorted.length,
    ]);
    const { colour = ink.text, dashes = "none" } = legend[at] ?? {};
    return { colour, dashes, points: [[0, 0], ...points] };
  });
  const ticks = [0, 1 / 3, 2 / 3, 1].map((share) => {
    return { at: share * most, text: `${(100 * share * most).toFixed(0)} %` };
  });
  const title = "share of runs that lose at most so much of the gain";
  const panel = { title, at: 0, lines, x: { from: 0, to: most }, marks: [], ticks };
  return sheet([drawPanel(panel, one)], legend, one);
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

function drawPanel(
  { title, at, lines, x, marks, ticks }: Panel,
  { columns, width, height }: Layout,
): Markup {
  const values = lines.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const { left, right, top, bottom } = margins;
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
  legend: readonly (Pick<Line, "colour" | "dashes"> & { readonly title: string })[],
  layout: Layout,
): string {
  const { columns } = layout;
  const width = Math.min(columns, panels.length) * layout.width;
  const drawn = Math.ceil(panels.length / columns) * layout.height;
  const perRow = Math.max(1, Math.floor(width / legendWidth));
  const height = drawn + 18 * Math.ceil(legend.length / perRow) + 8;
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="10">
<rect width="${width}" height="${height}" fill="#fff"/>
${panels}
${legend.map(({ title, colour, dashes = "none" }, at) => {
  const [left, top] = [8 + (at % perRow) * legendWidth, drawn + 14 + 18 * Math.floor(at / perRow)];
  return html`<path d="M${left} ${top - 3}h22" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashes}"/><text x="${left + 28}" y="${top}" fill="${ink.text}">${title}</text>`;
})}
</svg>
`.markup;
}
