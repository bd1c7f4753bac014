/** @file A library, and what its files are exchanged through with machines that have another one. */

import { AtelierError, said } from "@atelier/engine";
import { type LibraryFolder, sections } from "../library/folder/library-folder.js";
import type { ArtifactStore } from "../storage/artifact-store.js";
import type { Manifest } from "../storage/manifest.js";
import { createPartHashes, type PartHashes } from "../storage/part-hashes.js";
import { pullTop } from "../storage/pull-files.js";
import { createRunCopies, type RunCopies } from "../storage/run-copies.js";

/** Both, and what is known of what was exchanged. */
export interface Exchange {
  readonly library: LibraryFolder;
  readonly store: ArtifactStore;
  readonly hashes: PartHashes;
  readonly copies: RunCopies;
}

/** An exchange of a library. */
export const createExchange = (library: LibraryFolder, store: ArtifactStore): Exchange => ({
  ...{ library, store },
  hashes: createPartHashes(library),
  copies: createRunCopies(library),
});

/** What an attempt's own folder is called in manifests. */
export const outputsTop = "outputs";

/** What a run is called there. */
export const runTop = (run: string): string => `runs/${run}`;

/** How something is fetched. */
export interface Fetching {
  readonly signal: AbortSignal;
  /** Hears of bytes that are there. */
  readonly onBytes?: (bytes: number) => void;
}

/** Fetches something of the library into the library here; nothing where a manifest has none of it. */
export async function fetchThing(
  { library, ...exchange }: Exchange,
  { manifest, top, ...fetching }: Fetching & { readonly manifest: Manifest; readonly top: string },
): Promise<void> {
  if (!manifest.tops.includes(top)) return;
  const [first, name, ...rest] = top.split("/");
  const section = sections.find((each) => each === first);
  if (section === undefined || name === undefined || rest.length > 0) {
    throw new AtelierError(
      "format",
      said`storage ${exchange.store.name}: expected files of the library, got ${top}. Have the same version of Atelier on all machines, and try the job again.`,
      { context: { storage: "lost" } },
    );
  }
  const { path } = await library.place(section, name);
  await pullTop({ ...exchange, root: library.root }, { manifest, top, path, ...fetching });
}
