/** @file The error on pictures in training and on those that are not, look by look, as an inline SVG. */

import { html, type Markup } from "@atelier/base";
import type { Estimate } from "@atelier/diffusion/core";
import { roundTicks } from "@atelier/diffusion/core";
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
  type Scale,
  stepScale,
  stepTicks,
} from "./chart.js";
import { errorChange, percentOf, signed } from "./percent.js";
import type { ReportedWatch } from "./run-report.js";
import { stateShades } from "./state-shades.js";

/** The chart; `kept` is the step of the results, if it is one of a look. */
export function errorChart(
  watch: ReportedWatch,
  { kept, last }: { readonly kept: number | undefined; readonly last: number },
  text: Messages,
): Markup {
  const { runReport: own } = text;
  const { judgement, bank, spans, broken } = watch;
  const { signals } = judgement;
  const end = signals.at(-1);
  if (end === undefined) return html``;
  const shown = signals.flatMap(({ learned, train }) => [learned.ofThese, train.ofThese]);
  const percents = shown.flatMap(({ low, high }) => [low, high].map(percentOf));
  const [low, high] = [Math.min(...percents), Math.max(5, ...percents)];
  const x = stepScale(watch.history.looks[0]?.step ?? 1, last);
  const y = linearScale([low - 4, high + 4], [area.bottom, area.top + 20]);
  const curve = (of: (signal: (typeof signals)[number]) => Estimate): Curve => ({
    middle: signals.map((signal) => [x(signal.step), y(percentOf(of(signal).value))]),
    low: signals.map((signal) => [x(signal.step), inside(y(percentOf(of(signal).low)))]),
    high: signals.map((signal) => [x(signal.step), inside(y(percentOf(of(signal).high)))]),
  });
  const [train, learned] = [curve((s) => s.train.ofThese), curve((s) => s.learned.ofThese)];
  const pictures = end.learned.pictures;
  const labels = [
    { kind: "train", of: end.train.ofThese, name: own.curves.train },
    { kind: "learned", of: end.learned.ofThese, name: own.curves.learned(bank, pictures) },
  ].map(({ kind, of: { value }, name }) => {
    return { kind, text: `${name} ${errorChange(value)}`, y: y(percentOf(value)) };
  });
  const described = own.curves.described(end.train.ofThese.value, end.learned.ofThese.value, {
    bank,
    pictures,
  });
  // Views of pictures in training tell nothing of others.
  const others = bank === "echo" ? undefined : curve((s) => s.learned.ofOthersLikeThem);
  const states = stateShades(spans.learning, x, text);
  return chart(described, [
    ...states.shades,
    axes({
      ...{ x, y, steps: stepTicks(x, last), title: own.steps },
      values: roundTicks(low, high, 5),
      sign: (value) => `${signed(value)} %`,
    }),
    ...(others === undefined ? [] : [band("others", others)]),
    band("learned", learned),
    band("train", train),
    html`<path class="line train" d="${linePath(train.middle)}"/><path class="line learned" d="${linePath(learned.middle)}"/>`,
    ...marks("train", "square", train.middle),
    ...marks("learned", "circle", learned.middle),
    ...states.names,
    ...brokenLooks(broken, x),
    ...(kept === undefined ? [] : [keptLine(x(kept), own.keptStep(kept))]),
    ...endLabels(labels),
  ]);
}

interface Curve {
  readonly middle: readonly Point[];
  readonly low: readonly Point[];
  readonly high: readonly Point[];
}

const band = (kind: string, { low, high }: Curve): Markup =>
  html`<path class="band ${kind}" d="${bandPath(low, high)}"/>`;

/** Intervals of others like them are wide: the chart is as high as the lines need. */
const inside = (y: number): number => Math.min(area.bottom, Math.max(area.top, y));

/** Looks that measured no finite number have no place on the axis of values. */
export function brokenLooks(steps: readonly number[], x: Scale): Markup[] {
  return steps.map(
    (step) =>
      html`<text class="broken" x="${x(step).toFixed(1)}" y="${area.top + 32}" text-anchor="middle">×</text>`,
  );
}
