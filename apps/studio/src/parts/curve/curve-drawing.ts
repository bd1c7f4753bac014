/** @file What is drawn around the lines of a chart: states behind them with their names, and steps that matter. */

import uPlot from "uplot";
import type { CurveColor, CurvePlot, CurveShade } from "./curve-types.js";

/** Reads a colour of the theme. */
export type ColorOf = (name: CurveColor) => string;

const tones: Readonly<Record<CurveShade["tone"], readonly [CurveColor, number]>> = {
  good: ["--curve-good", 0.1],
  bad: ["--curve-bad", 0.12],
  quiet: ["--curve-quiet", 0.1],
};

/** Of text on the canvas. */
export const chartFont = (pixels: number): string => `${pixels}px system-ui, sans-serif`;

/** A colour, `#rrggbb`, that lets what is behind shine through. */
export function withAlpha(color: string, alpha: number): string {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}

/** States behind the lines, each with a line where it begins. */
export function drawShades(
  chart: uPlot,
  { shades = [] }: Pick<CurvePlot, "shades">,
  colorOf: ColorOf,
): void {
  const { ctx, bbox } = chart;
  inside(ctx, bbox, () => {
    for (const { from, to, tone } of shades) {
      const [left, right] = [chart.valToPos(from, "x", true), chart.valToPos(to, "x", true)];
      const [color, alpha] = tones[tone];
      ctx.fillStyle = withAlpha(colorOf(color), alpha);
      ctx.fillRect(left, bbox.top, Math.max(2 * uPlot.pxRatio, right - left), bbox.height);
      ctx.strokeStyle = withAlpha(colorOf(color), 0.6);
      line(ctx, left, bbox, [1, 3]);
    }
  });
}

/** Names of states and steps that matter, above the lines. */
export function drawNames(
  chart: uPlot,
  { shades = [], marks = [] }: Pick<CurvePlot, "shades" | "marks">,
  colorOf: ColorOf,
): void {
  const { ctx, bbox } = chart;
  const ratio = uPlot.pxRatio;
  const right = bbox.left + bbox.width;
  inside(ctx, bbox, () => {
    ctx.font = chartFont(11 * ratio);
    ctx.fillStyle = colorOf("--curve-ink");
    ctx.textBaseline = "top";
    ctx.textAlign = "left";
    // Names that have no room beside each other go below each other.
    const ends: number[] = [];
    for (const { label, from } of shades) {
      const width = ctx.measureText(label).width;
      const start = Math.min(
        chart.valToPos(from, "x", true) + 5 * ratio,
        right - width - 4 * ratio,
      );
      const row = [0, 1, 2].find((index) => (ends[index] ?? 0) <= start) ?? 0;
      ends[row] = start + width + 8 * ratio;
      text(ctx, colorOf, [label, start, bbox.top + (4 + 14 * row) * ratio]);
    }
    for (const { step, label } of marks) {
      const at = chart.valToPos(step, "x", true);
      ctx.strokeStyle = colorOf("--curve-ink");
      line(ctx, at, bbox, [4, 3]);
      const width = ctx.measureText(label).width;
      const start = at + 5 * ratio + width > right ? at - width - 5 * ratio : at + 5 * ratio;
      text(ctx, colorOf, [label, start, bbox.top + bbox.height - 16 * ratio]);
    }
  });
}

function line(
  ctx: CanvasRenderingContext2D,
  at: number,
  { top, height }: uPlot.BBox,
  dash: readonly number[],
): void {
  ctx.lineWidth = uPlot.pxRatio;
  ctx.setLineDash(dash.map((each) => each * uPlot.pxRatio));
  ctx.beginPath();
  ctx.moveTo(at, top);
  ctx.lineTo(at, top + height);
  ctx.stroke();
}

/** With a rim, so that it can be read upon lines. */
function text(
  ctx: CanvasRenderingContext2D,
  colorOf: ColorOf,
  [label, left, top]: readonly [string, number, number],
): void {
  ctx.setLineDash([]);
  ctx.lineWidth = 3 * uPlot.pxRatio;
  ctx.lineJoin = "round";
  ctx.strokeStyle = colorOf("--curve-paper");
  ctx.strokeText(label, left, top);
  ctx.fillStyle = colorOf("--curve-ink");
  ctx.fillText(label, left, top);
}

function inside(
  ctx: CanvasRenderingContext2D,
  { left, top, width, height }: uPlot.BBox,
  draw: () => void,
): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  draw();
  ctx.restore();
}
