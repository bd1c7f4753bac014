/** @file Where the embedded base lies on this machine, and whether it is whole. */

import { fileURLToPath } from "node:url";
import type { FoundModel } from "@atelier/diffusion/node";
import { AtelierError, said } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { verifyChecksums } from "../embedded/checksums.js";
import { embeddedBaseTitle } from "../embedded/names.js";

/** The model's folder; sources, the built package and an installed one lie equally deep in it. */
export const embeddedBaseFolder: string = fileURLToPath(new URL("../../model", import.meta.url));

/** Another folder with checksums of its own; for tests, and where weights are kept elsewhere. */
export interface EmbeddedBaseOptions {
  readonly folder?: string | undefined;
}

/**
 * Finds the embedded base and reads all of it once, to be sure that it is what was shipped.
 * @returns what `findModel`, `nodeTrainDeps` and `runInChild` take for a shipped model
 * @throws AtelierError `file` when there is none, and with the name of every file that is missing,
 *   changed or too much.
 */
export async function openEmbeddedBase({
  folder = embeddedBaseFolder,
}: EmbeddedBaseOptions = {}): Promise<FoundModel> {
  if ((await nodeFiles.stat(folder))?.kind !== "folder") {
    throw new AtelierError(
      "file",
      said`embedded base: expected its model in ${folder}, got nothing there: this copy of Atelier comes without it. Name another base with --base (a folder, a .safetensors file or a Hugging Face repository), or train this one: npm run pretrain.`,
      { context: { folder } },
    );
  }
  const fingerprint = await verifyChecksums(nodeFiles, folder);
  return { path: folder, name: embeddedBaseTitle, fingerprint };
}
