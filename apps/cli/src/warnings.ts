/** @file The library's warnings: sentences for people, and for programs what they say, with its sentence. */

import { sentenceOf, type Warning, warningEvent } from "@atelier/diffusion/core";
import { type CliContext, printJson } from "./cli-context.js";
import type { Progress } from "./progress.js";

/** A warning with its sentence, for `--json`. */
export function worded<W extends Warning>(
  { text }: Pick<CliContext, "text">,
  warning: W,
): W & { readonly message: string } {
  return { ...warning, message: sentenceOf(warning, text.warnings) };
}

/** Shows warnings as lines that stay, or as JSON. */
export function tellWarnings(
  context: CliContext,
  warnings: readonly Warning[],
  { json = false, progress }: { readonly json?: boolean; readonly progress: Progress },
): void {
  for (const warning of warnings) {
    if (json) printJson(context, worded(context, warningEvent(warning)));
    else progress.warn(sentenceOf(warning, context.text.warnings));
  }
}
