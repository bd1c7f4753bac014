/** @file The range test: the error in training while the rate rises, and where it breaks. */

import { html, type Markup } from "@atelier/base";
import { roundTicks } from "@atelier/diffusion/core";
import type { Messages } from "../../messages/messages.js";
import {
  area,
  axes,
  chart,
  linearScale,
  linePath,
  marks,
  type Point,
} from "../run-report/chart.js";
import { percentOf, signed } from "../run-report/percent.js";
import type { TuneReport } from "./tune-report.js";

/** The chart; nothing of fewer than two looks. */
export function rangeChart(
  { range, state }: Pick<TuneReport, "range" | "state">,
  { tune: own }: Messages,
): Markup | undefined {
  const [first, ...others] = range;
  const last = others.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const percents = range.map(({ train }) => percentOf(train));
  const [low, high] = [
    Math.min(...percents),
    Math.max(5, ...percents.filter((value) => value < 60)),
  ];
  const scale = linearScale(
    [Math.log(first.rate), Math.log(last.rate)],
    [area.left + 8, area.right],
  );
  const x = (rate: number) => scale(Math.log(rate));
  const y = linearScale([low - 4, high + 4], [area.bottom, area.top]);
  const points = range.map(
    ({ rate, train }): Point => [
      x(rate),
      Math.max(area.top, Math.min(area.bottom, y(percentOf(train)))),
    ],
  );
  const limit = state.decisions.find(({ code }) => code === "highest-rate");
  const { range: text } = own;
  return chart(text.described, [
    axes({
      ...{ x, y, steps: [], title: text.rate },
      values: roundTicks(low, high, 5),
      sign: (value) => `${signed(value)} %`,
    }),
    ...[0, 1, 2, 3].map((part) => {
      const rate = first.rate * (last.rate / first.rate) ** (part / 3);
      return html`<text x="${x(rate).toFixed(1)}" y="${area.bottom + 18}" text-anchor="middle">${own.rate(rate)}</text>`;
    }),
    html`<text class="axis" x="${area.left + 4}" y="${area.top - 4}">${text.error}</text>`,
    html`<path class="line path" d="${linePath(points)}"/>`,
    ...marks("path", "circle", points),
    ...(limit?.code === "highest-rate" && !limit.isOpen && limit.rate <= last.rate
      ? [
          html`<path class="limit" d="M${x(limit.rate).toFixed(1)} ${area.top}V${area.bottom}"/><text class="limit" x="${(x(limit.rate) - 6).toFixed(1)}" y="${area.top + 14}" text-anchor="end">${text.breaks(limit.rate)}</text>`,
        ]
      : []),
  ]);
}
