/**
 * @file What the charts of a run share: an axis of steps, which is a logarithm but for its beginning, since most
 * happens early; an axis in per cent; lines, bands and labels that keep out of each other's way.
 */

import { html, type Markup } from "@atelier/base";

/** Of every chart, in the units of its viewBox. */
export const area = {
  width: 720,
  height: 300,
  left: 52,
  right: 550,
  top: 16,
  bottom: 262,
} as const;

/** From a value to its place. */
export type Scale = (value: number) => number;

/** A step, or another number, and a value, where they stand. */
export type Point = readonly [x: number, y: number];

/** Maps one range to another, in a straight line. */
export function linearScale(
  [from, to]: readonly [number, number],
  [start, end]: readonly [number, number],
): Scale {
  return (value) => start + ((value - from) / (to - from || 1)) * (end - start);
}

/** An axis of steps from 0 on: `log(1 + step / first)`. @param first The first step that is shown apart. */
export function stepScale(first: number, last: number): Scale {
  const scale = linearScale([0, Math.log1p(last / first)], [area.left, area.right]);
  return (step) => scale(Math.log1p(step / first));
}

/** Steps to write below an axis: the last, and of 0, 1, 2, 5, 10, 20 … those that leave each other room. */
export function stepTicks(x: Scale, last: number): number[] {
  const round = [0, 1, 2, 3, 4, 5, 6].flatMap((power) => [1, 2, 5].map((n) => n * 10 ** power));
  const ticks: number[] = [];
  for (const step of [0, ...round]) {
    const before = ticks.at(-1);
    const hasRoom = before === undefined || x(step) - x(before) > 34;
    if (step < last && hasRoom && x(last) - x(step) > 34) ticks.push(step);
  }
  return [...ticks, last];
}

/** A polyline. */
export function linePath(points: readonly Point[]): string {
  return points.length === 0 ? "" : `M${points.map(place).join("L")}`;
}

/** The room between two polylines. */
export function bandPath(lower: readonly Point[], upper: readonly Point[]): string {
  return `M${[...lower, ...[...upper].reverse()].map(place).join("L")}Z`;
}

const place = ([x, y]: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** Both axes with their lines: values in per cent. */
export function axes({
  x,
  y,
  steps,
  values,
  title,
  sign,
}: {
  readonly x: Scale;
  readonly y: Scale;
  readonly steps: readonly number[];
  readonly values: readonly number[];
  /** Of the axis of steps. */
  readonly title: string;
  /** Writes a value. */
  readonly sign: (value: number) => string;
}): Markup {
  const lines = values.map(
    (value) =>
      html`<path class="${value === 0 ? "zero" : "grid"}" d="M${area.left} ${y(value).toFixed(1)}H${area.right}"/><text x="${area.left - 6}" y="${y(value).toFixed(1)}" dy="4" text-anchor="end">${sign(value)}</text>`,
  );
  const ticks = steps.map(
    (step) =>
      html`<path class="grid" d="M${x(step).toFixed(1)} ${area.bottom}v5"/><text x="${x(step).toFixed(1)}" y="${area.bottom + 18}" text-anchor="middle">${step}</text>`,
  );
  return html`${lines}${ticks}<text x="${area.right}" y="${area.height - 4}" text-anchor="end">${title}</text>`;
}

/** A label at the right end of a line. */
export interface EndLabel {
  readonly kind: string;
  readonly text: string;
  readonly y: number;
}

/** Labels of lines at their ends, pushed apart where they would lie upon each other. */
export function endLabels(labels: readonly EndLabel[]): Markup[] {
  const gap = 15;
  const sorted = [...labels].sort((one, other) => one.y - other.y);
  const highest = area.bottom - gap * (sorted.length - 1);
  let above = Number.NEGATIVE_INFINITY;
  return sorted.map(({ kind, text, y }, index) => {
    above = Math.max(Math.min(y, highest + gap * index), above + gap, area.top);
    return html`<text class="end ${kind}" x="${area.right + 10}" y="${above.toFixed(1)}" dy="4">${text}</text>`;
  });
}

/** What is drawn around a point. */
const shapes = {
  circle: "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z",
  square: "m-3-3h6v6h-6z",
  triangle: "m0-4l4 7h-8z",
} as const;

/** Marks at points, so that lines are told apart without colours. */
export function marks(
  kind: string,
  shape: keyof typeof shapes,
  points: readonly Point[],
): Markup[] {
  return points.map(
    (point) => html`<path class="mark ${kind}" d="M${place(point)}${shapes[shape]}"/>`,
  );
}

/** A line down at the step that was kept, with its name. */
export function keptLine(at: number, name: string): Markup {
  const isRight = at > area.right - 90;
  return html`<path class="kept" d="M${at.toFixed(1)} ${area.top}V${area.bottom}"/><text class="kept" x="${(at + (isRight ? -5 : 5)).toFixed(1)}" y="${area.bottom - 6}" text-anchor="${isRight ? "end" : "start"}">${name}</text>`;
}

/** A drawing with its description, which scrolls where a screen is too narrow to read it. */
export function chart(description: string, content: readonly Markup[]): Markup {
  return html`<div class="scroll"><svg class="loss chart" viewBox="0 0 ${area.width} ${area.height}" role="img" aria-label="${description}">${content}</svg></div>`;
}
