/**
 * @file The library of a worker that gets its files from a storage: what has the same names there is replaced, so that it
 * must be nobody else's.
 */

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { said } from "@atelier/engine";
import { attempt, libraryError, orAbsent } from "../library/folder/library-error.js";
import { writeWhole } from "../library/folder/publish.js";

const mark = "of-a-worker.json";

/** Makes a folder a worker's own. @throws AtelierError where it holds something that is not. */
export async function claimOwnFolder(folder: string): Promise<void> {
  const names = (await attempt(folder, () => orAbsent(readdir(folder)))) ?? [];
  if (names.includes(mark)) return;
  if (names.length > 0) {
    throw libraryError(
      "taken",
      said`library ${folder}: expected a new folder for a worker with --storage, got one that holds something already. What has the names of the Studio's things would be replaced there; choose another folder with --library.`,
    );
  }
  await writeWhole(join(folder, mark), "{}\n");
}
