/** @file Which timesteps learn: a cell for each timestep and look, with its change of the error in colour and number. */

import { html, type Markup } from "@atelier/base";
import type { PictureTables } from "@atelier/diffusion/verdicts";
import type { Messages } from "../../messages/messages.js";
import { area } from "./chart.js";
import { percentOf, signed } from "./percent.js";

const cell = { width: 44, height: 22 };
const left = 64;
const top = 8;

/** Looks that have room beside each other. */
const mostLooks = 15;

/** The map; the start, at which nothing has changed, is left out. */
export function heatMap(
  { steps, times }: PictureTables,
  { runReport: { heatMap: text } }: Messages,
): Markup {
  const columns = spread(steps.length - 1, mostLooks).map((index) => index + 1);
  const all = times.flatMap(({ values }) => columns.map((column) => Math.abs(values[column] ?? 0)));
  const strongest = Math.max(1e-9, ...all);
  // As wide as other charts, so that letters are of one size.
  const width = Math.max(area.width, left + cell.width * columns.length + 8);
  const end = left + cell.width * columns.length;
  const height = top + cell.height * times.length + 40;
  const rows = times.map(({ time, values }, row) => {
    const y = top + cell.height * row;
    const cells = columns.map((column, place) => {
      const value = values[column] ?? 0;
      const x = left + cell.width * place;
      const opacity = (0.08 + 0.62 * (Math.abs(value) / strongest)).toFixed(2);
      return html`<rect class="${value <= 0 ? "better" : "worse"}" x="${x}" y="${y}" width="${cell.width - 1}" height="${cell.height - 1}" fill-opacity="${opacity}"/><text class="cell" x="${x + cell.width / 2}" y="${y + 15}" text-anchor="middle">${signed(percentOf(value))}</text>`;
    });
    return html`<text x="${left - 8}" y="${y + 15}" text-anchor="end">${text.time(Math.round(time))}</text>${cells}`;
  });
  const below = top + cell.height * times.length;
  const ticks = columns.map(
    (column, place) =>
      html`<text x="${left + cell.width * (place + 0.5)}" y="${below + 15}" text-anchor="middle">${steps[column] ?? 0}</text>`,
  );
  return html`<div class="scroll"><svg class="loss chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${text.described}">${rows}${ticks}<text x="${end}" y="${below + 32}" text-anchor="end">${text.looks}</text></svg></div>`;
}

/** Indices below `count`, at most as many, evenly spread with both ends. */
export function spread(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: most }, (_, place) => Math.round((place * (count - 1)) / (most - 1)));
}
