/** @file Samples from the beginning, the kept step and the end, beside the training picture that looks most alike. */

import { html, type Markup } from "@atelier/base";
import type { Messages } from "../../messages/messages.js";
import { encodePicture, figure } from "./figures.js";
import { nearestPicture } from "./nearest-picture.js";
import type { ReportedSample, RunReport } from "./run-report.js";

/** A card for each prompt; a sentence where nothing was drawn. */
export async function drawings(
  {
    samples,
    pictures,
    results,
    watch,
  }: Pick<RunReport, "samples" | "pictures" | "results" | "watch">,
  { runReport: { drawings: text } }: Messages,
): Promise<Markup> {
  const prompts = [...new Set(samples.map(({ prompt }) => prompt))];
  if (prompts.length === 0) return html`<p>${text.none}</p>`;
  // What was not trained on cannot be repeated.
  const known = pictures.flatMap(({ name, thumbnail }) =>
    thumbnail === undefined || watch?.heldOut.includes(name) ? [] : [{ name, picture: thumbnail }],
  );
  const cards = prompts.map(async (prompt) => {
    const drawn = samples.filter((sample) => sample.prompt === prompt);
    const best = nearestTo(
      drawn.filter(({ step }) => step > 0),
      results.step,
    );
    const alike = best && nearestPicture(best.picture, known);
    const shown = await Promise.all(
      drawn.map(async (sample) => {
        const isBest = sample === best;
        const label = isBest ? text.best(sample.step, results.step) : text.step(sample.step);
        return figure(await encodePicture(sample.picture, `${prompt}, ${label}`), label);
      }),
    );
    const beside =
      alike === undefined
        ? undefined
        : figure(await encodePicture(alike.picture, alike.name), text.nearest(alike.name));
    return html`<article class="prompt"><h3>“${prompt}”</h3><div class="pictures">${shown}${beside}</div></article>`;
  });
  return html`${await Promise.all(cards)}<p class="note">${text.explained}</p>`;
}

const nearestTo = (samples: readonly ReportedSample[], step: number): ReportedSample | undefined =>
  [...samples].sort((a, b) => Math.abs(a.step - step) - Math.abs(b.step - step))[0];
