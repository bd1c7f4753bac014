/** @file What each probe learned against what it forgot: the further up and left, the better. */

import { html, type Markup } from "@atelier/base";
import { roundTicks } from "@atelier/diffusion/core";
import { columnsOf } from "@atelier/engine";
import type { Messages } from "../../messages/messages.js";
import { area, axes, chart, linearScale, type Point } from "../run-report/chart.js";
import { percentOf, share, signed } from "../run-report/percent.js";
import type { ReportedProbe, TuneReport } from "./tune-report.js";

/** The chart; nothing where fewer than two probes were measured. */
export function paretoChart(
  { probes }: Pick<TuneReport, "probes">,
  { tune: own }: Messages,
): Markup | undefined {
  const { pareto: text } = own;
  const what = probes.some(({ best }) => best?.generic !== undefined) ? "generic" : "class";
  const places = probes.flatMap(({ record, fate, best }) => {
    const moved = best?.[what];
    if (best === undefined || moved === undefined) return [];
    return [
      {
        ...{ fate, name: own.name(record.plan), forgotten: 100 * moved.value },
        gained: -percentOf(best.learned.ofThese.value),
      },
    ];
  });
  if (places.length < 2) return undefined;
  const forgotten = places.map((place) => place.forgotten);
  const gained = places.map((place) => place.gained);
  const [low, high] = [Math.min(0, ...gained), Math.max(5, ...gained)];
  const most = 1.08 * Math.max(5, ...forgotten);
  const x = linearScale([0, most], [area.left, area.right]);
  const y = linearScale([low, high + 0.15 * (high - low)], [area.bottom, area.top + 12]);
  const spots = places.map((place) => ({
    ...place,
    point: [x(place.forgotten), y(place.gained)] as const,
  }));
  return chart(text.described, [
    axes({
      ...{ x, y, steps: [], title: text.forgotten(what) },
      values: roundTicks(low, high, 5),
      sign: (value) => `${signed(-value)} %`,
    }),
    ...roundTicks(0, most, 5).map(
      (value) =>
        html`<path class="grid" d="M${x(value).toFixed(1)} ${area.bottom}v5"/><text x="${x(value).toFixed(1)}" y="${area.bottom + 18}" text-anchor="middle">${value === 0 ? "0" : `+${share(value / 100)}`}</text>`,
    ),
    html`<text class="better-corner" x="${area.left + 8}" y="${area.top + 26}">↖ ${text.better}</text>`,
    html`<path class="mark base" d="M${x(0).toFixed(1)} ${y(0).toFixed(1)}m-4-4h8v8h-8z"/><text class="step" x="${(x(0) + 10).toFixed(1)}" y="${(y(0) - 6).toFixed(1)}">${text.base}</text>`,
    ...spots.map(({ fate, point }) => spot(fate, point)),
    ...labels(spots),
    html`<text class="axis" x="${area.left + 4}" y="${area.top - 4}">${text.gained}</text>`,
  ]);
}

/** A circle; the result is a star, so that it is told apart without colours. */
function spot(fate: ReportedProbe["fate"], [left, top]: Point): Markup {
  const [cx, cy] = [left.toFixed(1), top.toFixed(1)];
  if (fate === "result") {
    return html`<path class="mark probe result" d="M${cx} ${cy}m0-8l2.3 4.9 5.3.7-3.9 3.7 1 5.3-4.7-2.6-4.7 2.6 1-5.3-3.9-3.7 5.3-.7z"/>`;
  }
  const ring =
    fate === "chosen" ? html`<circle class="ring" cx="${cx}" cy="${cy}" r="9"/>` : undefined;
  return html`<circle class="mark probe ${fate}" cx="${cx}" cy="${cy}" r="4.5"/>${ring}`;
}

interface Spot {
  readonly fate: ReportedProbe["fate"];
  readonly name: string;
  readonly point: Point;
}

/** A letter of a name, in the units of the viewBox; generous. */
const letter = 6.6;
const line = 14;

/** Names beside their spots: right or left of them, above or below where others are in the way. */
function labels(spots: readonly Spot[]): Markup[] {
  const taken = spots.map(({ point: [left, top] }) => ({
    ...{ left: left - 10, right: left + 10, y: top + 4 },
  }));
  const order = ["result", "chosen", "other", "dominated", "left"];
  const sorted = spots.toSorted(
    (one, other) => order.indexOf(one.fate) - order.indexOf(other.fate),
  );
  const isFree = (place: (typeof taken)[number]): boolean =>
    taken.every(
      ({ left, right, y }) =>
        Math.abs(y - place.y) >= line || place.left > right + 4 || place.right < left - 4,
    );
  return sorted.map(({ fate, name, point: [left, top] }) => {
    const width = letter * columnsOf(name);
    const places = [4, -10, 18, -24, 32, -38, 46].flatMap((below) => {
      const y = top + below;
      return [
        { left: left + 13, right: left + 13 + width, y, anchor: "start" },
        { left: left - 13 - width, right: left - 13, y, anchor: "end" },
      ];
    });
    const inside = places.filter(
      (place) => place.left > area.left && place.y > area.top && place.y < area.bottom - 2,
    );
    const place = inside.find(isFree) ?? inside[0] ?? places[0];
    if (place === undefined) return html``;
    taken.push(place);
    const at = place.anchor === "start" ? place.left : place.right;
    return html`<text class="probe ${fate}" x="${at.toFixed(1)}" y="${place.y.toFixed(1)}" text-anchor="${place.anchor}">${name}</text>`;
  });
}
