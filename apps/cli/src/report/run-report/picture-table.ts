/** @file The pictures of a watched run with what was learned of each, as a table. */

import { html, type Markup } from "@atelier/base";
import type { Messages } from "../../messages/messages.js";
import { type EncodedPicture, figure } from "./figures.js";
import { errorChange } from "./percent.js";
import { type PictureChange, type PictureRow, pictureRows } from "./picture-rows.js";
import type { ReportedWatch } from "./run-report.js";

/** The table, and which picture was learned least, at a step of a look. */
export function pictureTable(
  watch: ReportedWatch,
  { step, thumbnails }: { step: number; thumbnails: ReadonlyMap<string, EncodedPicture> },
  { runReport: { pictures: text } }: Messages,
): Markup {
  const rows = pictureRows(watch, step);
  // What is held out is not to be mended.
  const isHeldOut = ({ learned }: PictureRow) => watch.bank === "held-out" && learned !== undefined;
  const [worst, next] = rows.filter((row) => !isHeldOut(row));
  const last = watch.tables.train.steps.at(-1) ?? step;
  const steps = step === last ? [last] : [step, last];
  const cells = (change: PictureChange | undefined) =>
    (step === last ? (["last"] as const) : (["shown", "last"] as const)).map(
      (at) =>
        html`<td class="number">${change === undefined ? text.notSeen : errorChange(change[at])}</td>`,
    );
  const heads = (name: string) =>
    steps.map((at) => html`<th scope="col" class="number">${text.head(name, at)}</th>`);
  const body = rows.map(({ picture, train, learned }) => {
    const thumbnail = thumbnails.get(picture);
    const shown = thumbnail === undefined ? text.noFile : figure(thumbnail);
    return html`<tr><td class="thumb">${shown}</td><th scope="row">${picture}</th>${cells(train)}${cells(learned)}</tr>`;
  });
  const error = (worst?.learned ?? worst?.train)?.shown;
  const naming =
    worst === undefined || error === undefined || next === undefined
      ? undefined
      : html`<p>${text.worst(worst.picture, errorChange(error))}</p>`;
  return html`${naming}<div class="scroll"><table><thead><tr><th scope="col"></th><th scope="col">${text.name}</th>${heads(text.train)}${heads(text.learned(watch.bank))}</tr></thead><tbody>${body}</tbody></table></div>
<p class="note">${text.explained(watch.bank)}</p>`;
}
