/** @file Libraries for tests: a temporary folder with what requests name. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type LibraryFolder, openLibraryFolder } from "../library/folder/library-folder.js";

/** The command line's program. */
export const program: string = fileURLToPath(
  new URL("../../../cli/bin/atelier.mjs", import.meta.url),
);

/** A library that is removed when it is disposed. */
export interface TestLibrary extends AsyncDisposable {
  readonly library: LibraryFolder;
  /** Writes a file below the library. */
  readonly write: (path: string, content: string | Uint8Array) => void;
}

/** An empty library. */
export async function testLibrary(): Promise<TestLibrary> {
  const folder = mkdtempSync(join(tmpdir(), "atelier-library-"));
  const library = await openLibraryFolder(folder);
  return {
    library,
    write(path, content) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    },
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
