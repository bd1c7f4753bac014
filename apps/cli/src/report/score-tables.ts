/** @file The judge's numbers as tables: subject and prompts first, then what should have stayed. */

import type { Drift, Hits, Measures, Score } from "@atelier/base";
import { html, type Markup } from "@atelier/base";
import type { Messages } from "../messages/messages.js";
import { shareOfWay } from "./assess.js";

/** Every measure, with a sentence that says what it means. */
export function scoreTables(measures: Measures, { report }: Messages): Markup {
  const { scores: text } = report;
  const { likeness, instance, clipImage, clipText, surroundings, classAlone, unrelated } = measures;
  const structure = { ...likeness, real: 1 };
  const scores = [
    scoreRow(text.structure, structure, share(shareOfWay(structure))),
    scoreRow(text.instance, instance, share(shareOfWay(instance))),
    scoreRow(text.clipImage, clipImage, share(shareOfWay(clipImage))),
    scoreRow(text.clipText, clipText, share(Math.min(1, clipText.after / clipText.base))),
    hitsRow(text.surroundings, surroundings),
  ];
  const drifts = [driftRow(text.classAlone, classAlone), driftRow(text.unrelated, unrelated)];
  return html`
${table([text.measure, text.base, text.after, text.real, text.gained], scores)}
<p class="note">${text.explainScores}</p>
${table([text.stayed, text.sameSeed, text.otherSeeds], drifts)}
<p class="note">${text.explainDrift(measures.unrelatedRight)}</p>
<p class="note">${text.judges(measures.judges.clip, measures.judges.instance)}</p>`;
}

function table([first = "", ...others]: readonly string[], rows: readonly Markup[]): Markup {
  const heads = others.map((name) => html`<th scope="col" class="number">${name}</th>`);
  return html`<div class="scroll"><table><thead><tr><th scope="col">${first}</th>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

const scoreRow = (name: string, { base, after, real }: Score, gained: string): Markup =>
  row(name, [fixed(base), fixed(after), fixed(real), gained]);

const hitsRow = (name: string, { base, after, real }: Hits): Markup =>
  row(name, [share(base), share(after), share(real), share(Math.min(1, after / real))]);

const driftRow = (name: string, { sameSeed, otherSeeds }: Drift): Markup =>
  row(name, [fixed(sameSeed), fixed(otherSeeds)]);

function row(name: string, cells: readonly string[]): Markup {
  const written = cells.map((cell) => html`<td class="number">${cell}</td>`);
  return html`<tr><th scope="row">${name}</th>${written}</tr>`;
}

const fixed = (value: number): string => value.toFixed(3);
const share = (value: number): string =>
  Number.isFinite(value) ? `${Math.round(100 * value)} %` : "";
