/** @file The report's pictures as one picture: a row for each prompt, before on the left. */

import { contactSheet, type RgbPicture } from "@atelier/diffusion";
import type { Messages } from "../messages/messages.js";
import type { DemoReport } from "./demo-report.js";

/** Before and after of every prompt, labelled. */
export function reportSheet(
  { prompts }: DemoReport,
  { report: { sheet: text } }: Messages,
): RgbPicture {
  const cells = prompts.flatMap(({ prompt, before, after }) => [
    ...before.map((picture) => ({ picture, label: text.before(prompt) })),
    ...after.map((picture) => ({ picture, label: text.after(prompt) })),
  ]);
  const columns = Math.max(1, (prompts[0]?.before.length ?? 0) + (prompts[0]?.after.length ?? 0));
  const labels = cells.map(({ label }) => label);
  return contactSheet(
    cells.map(({ picture }) => picture),
    { columns, labels, gap: 8 },
  );
}
