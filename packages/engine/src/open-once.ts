/** @file Files of which many parts are read: each is opened once, and all are closed together. */

import type { FileStore, ReadableFile } from "./files.js";

/** Gives the open file at a path. @throws AtelierError `file`. */
export type OpenFile = (path: string) => Promise<ReadableFile>;

/** Opens each file once; closes all of them in the end. */
export function openOnce(
  files: Pick<FileStore, "open">,
): AsyncDisposable & { readonly open: OpenFile } {
  const opened = new Map<string, Promise<ReadableFile>>();
  return {
    open(path) {
      const opening = opened.get(path) ?? files.open(path);
      opened.set(path, opening);
      return opening;
    },
    async [Symbol.asyncDispose]() {
      for (const opening of opened.values()) {
        // What could not be opened has failed where it was read.
        const file = await opening.catch(() => undefined);
        await file?.close();
      }
    },
  };
}
