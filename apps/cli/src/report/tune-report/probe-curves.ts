/** @file How probes went: the error on what is held out over the amount of training, which is the sum of rates. */

import { html, type Markup } from "@atelier/base";
import { roundTicks } from "@atelier/diffusion/core";
import type { Messages } from "../../messages/messages.js";
import {
  area,
  axes,
  chart,
  endLabels,
  linearScale,
  linePath,
  marks,
  type Point,
} from "../run-report/chart.js";
import { percentOf, signed } from "../run-report/percent.js";
import type { TuneReport } from "./tune-report.js";

/** The chart of those with a constant rate; nothing of none. */
export function probeCurves(
  { probes }: Pick<TuneReport, "probes">,
  { tune: own }: Messages,
): Markup | undefined {
  const lines = probes
    .filter(
      ({ record: { plan, points } }) =>
        plan.stage !== "final" && plan.stage !== "defaults" && points.length > 0,
    )
    .map(({ record: { plan, points }, fate }) => ({
      ...{ fate, name: own.name(plan) },
      places: points.map(({ step, learned }) => ({
        amount: step * plan.learningRate,
        percent: percentOf(learned.ofThese.value),
      })),
    }));
  const all = lines.flatMap(({ places }) => places);
  if (all.length === 0) return undefined;
  const amounts = all.map(({ amount }) => amount);
  const percents = all.map(({ percent }) => percent);
  const [low, high] = [
    Math.min(...percents),
    Math.max(5, ...percents.filter((value) => value < 60)),
  ];
  const scale = linearScale(
    [Math.log(Math.min(...amounts)), Math.log(1.02 * Math.max(...amounts))],
    [area.left + 8, area.right],
  );
  const x = (amount: number) => scale(Math.log(amount));
  const y = linearScale([low - 4, high + 4], [area.bottom, area.top]);
  const inside = (value: number) => Math.max(area.top, Math.min(area.bottom, value));
  const at = ({ amount, percent }: (typeof all)[number]): Point => [x(amount), inside(y(percent))];
  return chart(own.curves.described, [
    axes({
      ...{ x, y, steps: [], title: own.curves.amount },
      values: roundTicks(low, high, 5),
      sign: (value) => `${signed(value)} %`,
    }),
    html`<text class="axis" x="${area.left + 4}" y="${area.top - 4}">${own.pareto.gained}</text>`,
    ...lines.map(
      ({ fate, places }) =>
        html`<path class="line probe ${fate}" d="${linePath(places.map(at))}"/>`,
    ),
    ...lines.flatMap(({ fate, places }) => marks(`probe ${fate}`, "circle", places.map(at))),
    ...endLabels(
      lines.flatMap(({ fate, name, places }) => {
        const last = places.at(-1);
        return last === undefined ? [] : [{ kind: `probe ${fate}`, text: name, y: at(last)[1] }];
      }),
    ),
  ]);
}
