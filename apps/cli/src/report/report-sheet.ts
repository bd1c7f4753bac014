/** @file The report's pictures as one picture: a row for each prompt, before on the left. */

import type { RgbPicture } from "@atelier/diffusion/core";
import { contactSheet } from "@atelier/diffusion/files";
import type { Messages } from "../messages/messages.js";
import type { DemoReport } from "./demo-report.js";

/** Of each kind; the report shows all. */
const shownPictures = 2;

/** Before and after of every prompt, labelled. */
export function reportSheet(
  { prompts }: DemoReport,
  { report: { sheet: text } }: Messages,
): RgbPicture {
  const cells = prompts.flatMap(({ prompt, before, after }) => [
    ...before.slice(0, shownPictures).map((picture) => ({ picture, label: text.before(prompt) })),
    ...after.slice(0, shownPictures).map((picture) => ({ picture, label: text.after(prompt) })),
  ]);
  const columns = Math.max(1, cells.length / Math.max(1, prompts.length));
  const labels = cells.map(({ label }) => label);
  return contactSheet(
    cells.map(({ picture }) => picture),
    { columns, labels, gap: 8 },
  );
}
