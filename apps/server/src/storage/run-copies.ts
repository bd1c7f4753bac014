/**
 * @file Of which manifest the folders of runs here are copies. A folder that goes on from what was sent last is newer
 * than that, and is not fetched again; and nothing is fetched over a run that is worked on here.
 */

import { readFile, rm } from "node:fs/promises";
import { createQueues } from "../library/folder/in-turn.js";
import { orAbsent } from "../library/folder/library-error.js";
import type { LibraryFolder } from "../library/folder/library-folder.js";
import { writeWhole } from "../library/folder/publish.js";
import type { BlobHash } from "./artifact-store.js";

/** The runs of a library as copies. */
export interface RunCopies {
  /** The manifest that was fetched or sent last. */
  readonly of: (run: string) => Promise<BlobHash | undefined>;
  readonly tell: (run: string, manifest: BlobHash) => Promise<void>;
  /** Removes a copy that nobody needs here any more. */
  readonly drop: (run: string) => Promise<void>;
  /** Runs that jobs of this process work on. */
  readonly worked: Set<string>;
  /** Work on the copy of one run, one after another. */
  readonly inTurn: <Value>(run: string, work: () => Promise<Value>) => Promise<Value>;
}

/** Those of a library. */
export function createRunCopies(library: LibraryFolder): RunCopies {
  const pathOf = (run: string): Promise<string> => library.cachePath("copies", run);
  const tell = async (run: string, manifest: BlobHash): Promise<void> =>
    writeWhole(await pathOf(run), manifest);
  return {
    tell,
    async of(run) {
      const text = await orAbsent(readFile(await pathOf(run), "utf8"));
      return text === undefined || text === "" ? undefined : text;
    },
    async drop(run) {
      await tell(run, "");
      const { path } = await library.place("runs", run);
      await rm(path, { recursive: true, force: true });
    },
    worked: new Set(),
    inTurn: createQueues(),
  };
}
