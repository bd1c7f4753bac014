/** @file The blobs that files of the library are cut into, kept by their versions: what is sent often is read once. */

import { z } from "zod";
import { type FactCache, openFactCache } from "../library/folder/fact-cache.js";
import type { LibraryFolder } from "../library/folder/library-folder.js";
import type { BlobHash } from "./artifact-store.js";

/** Hashes of the parts of files, by the paths of files and folders that are sent as a whole. */
export interface PartHashes {
  readonly of: (top: string) => Promise<FactCache<BlobHash[]>>;
}

const partHashes = z.array(z.string());

/** Those of a library. */
export function createPartHashes(library: LibraryFolder): PartHashes {
  const opened = new Map<string, Promise<FactCache<BlobHash[]>>>();
  const open = async (top: string): Promise<FactCache<BlobHash[]>> => {
    const names = `${top}.json`.split("/");
    return openFactCache(await library.cachePath("parts", ...names), partHashes);
  };
  return {
    of(top) {
      const known = opened.get(top) ?? open(top);
      opened.set(top, known);
      return known;
    },
  };
}
