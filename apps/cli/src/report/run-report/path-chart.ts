/** @file What was gained against what was forgotten, as the path of the run from look to look. */

import { html, type Markup } from "@atelier/base";
import { roundTicks } from "@atelier/diffusion/core";
import type { Messages } from "../../messages/messages.js";
import { area, axes, chart, linearScale, linePath, marks, type Point } from "./chart.js";
import { percentOf, share, signed } from "./percent.js";
import type { ReportedWatch, RunReport } from "./run-report.js";

/** The chart, or nothing where no forgetting is measured. */
export function pathChart(
  { judgement: { signals }, history, bank, classPrompt }: ReportedWatch,
  {
    kept,
    strengths,
  }: { readonly kept: number | undefined; readonly strengths: RunReport["strengths"] },
  { runReport: own }: Messages,
): Markup | undefined {
  const what = history.banks.generic === undefined ? "class" : "generic";
  if (history.banks[what] === undefined || signals.length < 2) return undefined;
  const places = signals.map((signal) => ({
    step: signal.step,
    forgotten: 100 * (signal[what]?.now.value ?? 0),
    gained: -percentOf(signal.learned.ofThese.value),
  }));
  // Those of another bank or of another result mean something else.
  const isOfRun = strengths?.bank === bank && signals.some(({ step }) => step === strengths.step);
  const scaled = (isOfRun ? strengths.strengths : []).map((measured) => ({
    strength: measured.strength,
    forgotten: 100 * (measured[what]?.value ?? 0),
    gained: -percentOf(measured.learned.ofThese.value),
  }));
  const all = [...places, ...scaled];
  const forgotten = all.map((place) => place.forgotten);
  const gained = all.map((place) => place.gained);
  const most = Math.max(5, ...forgotten);
  const [low, high] = [Math.min(0, ...gained), Math.max(5, ...gained)];
  const x = linearScale([0, most], [area.left, area.right]);
  const y = linearScale([low, high + 0.1 * (high - low)], [area.bottom, area.top]);
  const at = ({ forgotten: f, gained: g }: Place): Point => [x(f), y(g)];
  const points = places.map(at);
  const chosen = places.filter(({ step }) => step === kept);
  const labels = labelled(
    places.map((place) => ({ place, point: at(place) })),
    kept,
  ).map(
    ({ place, point: [left, top] }) =>
      html`<text class="${place.step === kept ? "kept" : "step"}" x="${(left + 7).toFixed(1)}" y="${(top - 6).toFixed(1)}">${place.step === kept ? own.keptStep(place.step) : String(place.step)}</text>`,
  );
  return chart(own.path.described, [
    axes({
      ...{ x, y, steps: [], title: own.path.forgotten(what, classPrompt ?? "") },
      values: roundTicks(low, high, 5),
      sign: (value) => `${signed(-value)} %`,
    }),
    ...roundTicks(0, most, 5).map(
      (value) =>
        html`<path class="grid" d="M${x(value).toFixed(1)} ${area.bottom}v5"/><text x="${x(value).toFixed(1)}" y="${area.bottom + 18}" text-anchor="middle">${value === 0 ? "0" : `+${share(value / 100)}`}</text>`,
    ),
    ...(scaled.length === 0
      ? []
      : [html`<path class="line scaled" d="${linePath(scaled.map(at))}"/>`]),
    ...marks("scaled", "square", scaled.map(at)),
    ...scaled.map((place) => {
      const [left, top] = at(place);
      return html`<text class="end scaled" x="${left.toFixed(1)}" y="${(top + 18).toFixed(1)}" text-anchor="middle">${own.path.strength(place.strength)}</text>`;
    }),
    html`<path class="line path" d="${linePath(points)}"/>`,
    ...marks("path", "circle", points),
    ...chosen.map((place) => {
      const [left, top] = at(place);
      return html`<circle class="ring" cx="${left.toFixed(1)}" cy="${top.toFixed(1)}" r="8"/>`;
    }),
    ...labels,
    html`<text class="axis" x="${area.left + 4}" y="${area.top - 4}">${own.path.gained(bank)}</text>`,
  ]);
}

/** Both in per cent. */
interface Place {
  readonly forgotten: number;
  readonly gained: number;
}

interface Labelled<Place> {
  readonly place: Place;
  readonly point: Point;
}

/** Of points that lie upon each other one is labelled; the kept one always. */
function labelled<Place extends { readonly step: number }>(
  all: readonly Labelled<Place>[],
  kept: number | undefined,
): Labelled<Place>[] {
  const first = all.filter(({ place }) => place.step === kept);
  const ends = [...all.slice(0, 1), ...all.slice(-1)];
  const chosen: Labelled<Place>[] = [];
  for (const each of [...first, ...ends, ...all]) {
    const isFree = chosen.every(({ place, point: [x, y] }) => {
      const room = place.step === kept ? 96 : 26;
      const [dx, dy] = [each.point[0] - x, Math.abs(each.point[1] - y)];
      return dy > 13 || dx > room || dx < -26;
    });
    if (isFree) chosen.push(each);
  }
  return chosen;
}
