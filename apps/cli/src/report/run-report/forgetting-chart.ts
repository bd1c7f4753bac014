/** @file By how much other things are predicted worse than by the base, look by look, with a forecast. */

import { html, type Markup } from "@atelier/base";
import type { Moved } from "@atelier/diffusion/core";
import { roundTicks } from "@atelier/diffusion/core";
import { shorten } from "@atelier/engine";
import type { Messages } from "../../messages/messages.js";
import {
  area,
  axes,
  bandPath,
  chart,
  endLabels,
  keptLine,
  linearScale,
  linePath,
  marks,
  type Point,
  stepScale,
  stepTicks,
} from "./chart.js";
import { brokenLooks } from "./error-chart.js";
import { share } from "./percent.js";
import type { ReportedWatch } from "./run-report.js";
import { stateShades } from "./state-shades.js";

/** Letters of a prompt that have room at the end of a line. */
const mostLetters = 12;

/** What may be forgotten. */
export const forgettables = ["generic", "class"] as const;

/** One of them. */
export type Forgettable = (typeof forgettables)[number];

/** A forecast of the run's end, and the look that made it. */
export interface Forecast {
  readonly step: number;
  readonly atEnd: NonNullable<Moved["atEnd"]>;
}

/**
 * That of the last look; of a run at its end, where nothing is left to tell, the first from its middle on.
 * @param last The last step that is shown: of a run that ended before its last step there is none.
 */
export function forecastOf(
  { judgement: { signals }, history }: Pick<ReportedWatch, "judgement" | "history">,
  what: Forgettable,
  last: number,
): Forecast | undefined {
  if (last < history.steps) return undefined;
  const all = signals.flatMap((signal): Forecast[] => {
    const atEnd = signal[what]?.atEnd;
    return atEnd === undefined ? [] : [{ step: signal.step, atEnd }];
  });
  const newest = all.at(-1);
  if (newest?.step === signals.at(-1)?.step) return newest;
  return all.find(({ step }) => step >= history.steps / 2);
}

/** The chart, or a sentence where nothing of it is measured. */
export function forgettingChart(
  watch: ReportedWatch,
  { kept, last }: { readonly kept: number | undefined; readonly last: number },
  text: Messages,
): Markup {
  const { runReport: own } = text;
  const { signals } = watch.judgement;
  const curves = forgettables.flatMap((what) => {
    const points = signals.map((signal) => {
      const none = { value: 0, low: 0, high: 0 };
      // At the start nothing has moved.
      return { step: signal.step, ...(signal[what]?.now ?? none) };
    });
    const isMeasured = watch.history.banks[what] !== undefined && points.length > 1;
    return isMeasured ? [{ what, points, forecast: forecastOf(watch, what, last) }] : [];
  });
  if (curves.length === 0) return html`<p>${own.forgetting.none}</p>`;
  const highest = Math.max(
    0.05,
    ...curves.flatMap(({ points, forecast }) => [
      ...points.map(({ value }) => value),
      ...(forecast === undefined ? [] : [forecast.atEnd.value]),
    ]),
  );
  const x = stepScale(watch.history.looks[0]?.step ?? 1, last);
  const y = linearScale([0, 110 * highest], [area.bottom, area.top + 20]);
  const inside = (value: number) => Math.max(area.top, y(100 * value));
  const drawn = curves.map(({ what, points, forecast }) => {
    const line = points.map(({ step, value }): Point => [x(step), y(100 * value)]);
    const low = points.map((point): Point => [x(point.step), inside(point.low)]);
    const high = points.map((point): Point => [x(point.step), inside(point.high)]);
    const from = points.find(({ step }) => step === forecast?.step);
    const dashed =
      forecast === undefined || from === undefined
        ? []
        : [
            html`<path class="forecast ${what}" d="${linePath([
              [x(from.step), y(100 * from.value)],
              [x(watch.history.steps), y(100 * forecast.atEnd.value)],
            ])}"/>`,
          ];
    return {
      band: html`<path class="band ${what}" d="${bandPath(low, high)}"/>`,
      lines: [
        ...dashed,
        html`<path class="line ${what}" d="${linePath(line)}"/>`,
        ...marks(what, what === "generic" ? "circle" : "triangle", line),
      ],
    };
  });
  const labels = curves.map(({ what, points }) => {
    const value = points.at(-1)?.value ?? 0;
    const name = own.forgetting.name(what, watch.classPrompt ?? "");
    const short = own.forgetting.name(what, shorten(watch.classPrompt ?? "", mostLetters));
    return { kind: what, name, value, text: `${short} +${share(value)}`, y: y(100 * value) };
  });
  const described = own.forgetting.described(labels.map(({ name, value }) => [name, value]));
  const states = stateShades(watch.spans.forgetting, x, text);
  return chart(described, [
    ...states.shades,
    axes({
      ...{ x, y, steps: stepTicks(x, last), title: own.steps },
      values: roundTicks(0, 110 * highest, 5),
      sign: (value) => `${value === 0 ? "" : "+"}${share(value / 100)}`,
    }),
    // No band lies upon a line.
    ...drawn.map(({ band }) => band),
    ...drawn.flatMap(({ lines }) => lines),
    ...states.names,
    ...brokenLooks(watch.broken, x),
    ...(kept === undefined ? [] : [keptLine(x(kept), own.keptStep(kept))]),
    ...endLabels(labels),
  ]);
}
