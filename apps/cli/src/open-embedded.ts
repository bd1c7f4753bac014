/** @file The embedded base, and what is said where a file hides its name. */

import { embeddedBaseName } from "@atelier/base/embedded";
import { openEmbeddedBase } from "@atelier/base/node";
import type { FoundModel } from "@atelier/diffusion/node";
import type { CliContext } from "./cli-context.js";
import type { Progress } from "./progress.js";

/**
 * The embedded base: the one that Atelier came with, or the folder in `ATELIER_EMBEDDED_BASE`.
 * @throws AtelierError `file` when there is none, or naming what is damaged.
 */
export async function openEmbedded(
  { io, files, text }: CliContext,
  progress?: Progress,
): Promise<FoundModel> {
  if (progress !== undefined && (await files.stat(embeddedBaseName)) !== undefined) {
    progress.warn(text.base.shadowed(embeddedBaseName));
  }
  // An empty variable is how shells spell none.
  return openEmbeddedBase({ folder: io.env["ATELIER_EMBEDDED_BASE"] || undefined });
}
