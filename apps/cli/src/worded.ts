/** @file The library's warnings for programs: what they say, with its sentence. */

import { sentenceOf, type Warning } from "@atelier/diffusion/core";
import type { CliContext } from "./cli-context.js";

/** A warning with its sentence, for `--json`. */
export function worded<W extends Warning>(
  { text }: Pick<CliContext, "text">,
  warning: W,
): W & { readonly message: string } {
  return { ...warning, message: sentenceOf(warning, text.warnings) };
}
