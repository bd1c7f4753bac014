/**
 * @file The loss of a training as an inline SVG: every step thinly, and its running mean. Denoising
 * losses jump with the noise that each step draws; only the mean shows whether they fall.
 */

import { html, type Markup } from "@atelier/base";
import type { Messages } from "../messages/messages.js";

const width = 640;
const height = 220;
const margin = { left: 44, right: 8, top: 8, bottom: 24 };
/** Steps that the mean runs over, as a share of all, and the least number of them. */
const windowShare = 0.1;
const minWindow = 5;
/** Single steps above this share of all losses would flatten the curve; they are cut off at the top. */
const shownShare = 0.98;

/** The curve; a sentence in its place where there are fewer than two steps. */
export function lossCurve(losses: readonly number[], { report: text }: Messages): Markup {
  const [first, last] = [losses[0], losses.at(-1)];
  if (losses.length < 2 || first === undefined || last === undefined) {
    return html`<p>${text.loss.none}</p>`;
  }
  const window = Math.max(minWindow, Math.round(losses.length * windowShare));
  const smooth = runningMean(losses, window);
  const sorted = [...losses].sort((a, b) => a - b);
  const cut = sorted[Math.floor((sorted.length - 1) * shownShare)] ?? last;
  const top = Math.max(cut, ...smooth) * 1.05 || 1;
  const area = { steps: losses.length, top };
  const described = text.loss.described(smooth[window - 1] ?? first, smooth.at(-1) ?? last);
  return html`<svg class="loss" viewBox="0 0 ${width} ${height}" role="img" aria-label="${described}">
${[0, 0.5, 1].map((share) => gridLine(share * top, area))}
<path class="raw" d="${pathOf(losses, area)}"/>
<path class="smooth" d="${pathOf(smooth, area)}"/>
<text x="${margin.left}" y="${height - 6}">1</text>
<text x="${width - margin.right}" y="${height - 6}" text-anchor="end">${text.loss.steps(losses.length)}</text>
</svg>
<p class="note">${described}</p>`;
}

/** Means over the last `window` values; the first ones are over as many as there are. */
export function runningMean(values: readonly number[], window: number): number[] {
  let sum = 0;
  return values.map((value, index) => {
    sum += value - (index >= window ? (values[index - window] ?? 0) : 0);
    return sum / Math.min(window, index + 1);
  });
}

interface Area {
  readonly steps: number;
  /** The loss at the upper edge. */
  readonly top: number;
}

function pathOf(values: readonly number[], { steps, top }: Area): string {
  const points = values.map((value, index) => {
    const x = margin.left + (index / (steps - 1)) * (width - margin.left - margin.right);
    return `${x.toFixed(1)} ${heightOf(Math.min(value, top), top)}`;
  });
  return `M${points.join("L")}`;
}

function heightOf(value: number, top: number): string {
  const room = height - margin.top - margin.bottom;
  return (margin.top + (1 - value / top) * room).toFixed(1);
}

function gridLine(value: number, { top }: Area): Markup {
  const y = heightOf(value, top);
  return html`<path class="grid" d="M${margin.left} ${y}H${width - margin.right}"/><text x="${margin.left - 6}" y="${y}" dy="4" text-anchor="end">${value.toPrecision(2)}</text>`;
}
