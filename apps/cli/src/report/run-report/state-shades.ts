/** @file States of a run behind a chart: shaded, bounded and named, so that they are told apart without colours. */

import { html, type Markup } from "@atelier/base";
import type { ShownState, StateSpan } from "@atelier/diffusion/verdicts";
import { columnsOf } from "@atelier/engine";
import type { Messages } from "../../messages/messages.js";
import { area, type Scale } from "./chart.js";

const tones: Readonly<Record<ShownState, "good" | "bad" | "quiet">> = {
  learning: "good",
  "learned-enough": "quiet",
  "nothing-happens": "quiet",
  ...{ overfitting: "bad", forgetting: "quiet", "forgetting-much": "bad", diverging: "bad" },
};

/** A letter of a name, in the units of the viewBox; generous. */
const letter = 6.4;
const line = 13;

/** What lies behind the lines of a chart, and the names that no line covers. */
export interface StateShades {
  readonly shades: readonly Markup[];
  readonly names: readonly Markup[];
}

/** Spans over the whole height; names that have no room beside each other go below each other. */
export function stateShades(
  spans: readonly StateSpan[],
  x: Scale,
  { runReport: { states } }: Messages,
): StateShades {
  const ends: number[] = [];
  const shades = spans.map(({ state, from, to }) => {
    const [left, right] = [x(from), Math.max(x(to), x(from) + 2)];
    return html`<path class="state ${tones[state]}" d="M${left.toFixed(1)} ${area.top}H${right.toFixed(1)}V${area.bottom}H${left.toFixed(1)}Z"/><path class="edge" d="M${left.toFixed(1)} ${area.top}V${area.bottom}"/>`;
  });
  const names = spans.map(({ state, from }) => {
    const length = letter * columnsOf(states[state]);
    const start = Math.min(x(from) + 4, area.right - length);
    const row = [0, 1, 2].find((index) => (ends[index] ?? 0) <= start) ?? 0;
    ends[row] = start + length + 6;
    return html`<text class="state" x="${start.toFixed(1)}" y="${area.top + 11 + line * row}">${states[state]}</text>`;
  });
  return { shades, names };
}
