/** @file A storage in a folder that all machines see, wherever it is mounted. */

import { randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AtelierError, messageOf, said } from "@atelier/engine";
import { codeOf, orAbsent } from "../library/folder/library-error.js";
import { type ArtifactStore, blobKey, hashOfKey } from "./artifact-store.js";
import { storageAway } from "./storage-error.js";

/**
 * Opens the storage of a folder.
 * @throws AtelierError `file` where there is none: one that is made by itself would be the empty place of a disk that is
 *   not mounted.
 */
export async function openFolderStore(root: string): Promise<ArtifactStore> {
  const attempt = <Value>(work: () => Promise<Value>): Promise<Value> => attemptIn(root, work);
  const info = await attempt(() => orAbsent(stat(root)));
  if (info?.isDirectory() !== true) {
    throw new AtelierError(
      "file",
      said`storage ${root}: expected a folder that is there, got none. Make it, or mount on this machine the disk that holds it.`,
    );
  }
  // Where it is missing later, the disk is not mounted any more: nothing is made in its place, and nothing is lost.
  const blobs = join(root, "blobs");
  await attempt(() => makeOne(blobs));
  const pathOf = (hash: string): string => join(root, blobKey(hash));
  return {
    name: root,
    put: (hash, bytes) => attempt(() => writeBlob(pathOf(hash), bytes)),
    get: (hash) =>
      attempt(async () => {
        const found = await orAbsent(readFile(pathOf(hash)));
        if (found === undefined) await stat(blobs);
        return found;
      }),
    stored: (hash) => attempt(async () => (await orAbsent(stat(pathOf(hash))))?.mtime),
    async *list() {
      for (const folder of await attempt(() => readdir(blobs))) {
        const path = join(blobs, folder);
        for (const name of (await attempt(() => orAbsent(readdir(path)))) ?? []) {
          const hash = hashOfKey(`blobs/${folder}/${name}`);
          const found = await attempt(() => orAbsent(stat(join(path, name))));
          if (found === undefined) continue;
          if (hash !== undefined) yield { hash, stored: found.mtime };
          else if (isLeftBehind(name, found)) await attempt(() => rm(join(path, name)));
        }
      }
    },
    remove: (hash) => attempt(() => rm(pathOf(hash), { force: true })),
  };
}

/** Longer than a blob takes to be written. */
const staleMs = 24 * 60 * 60 * 1_000;

/** Whether it is half a blob whose writer was killed. */
const isLeftBehind = (name: string, { mtimeMs }: Stats): boolean =>
  name.endsWith(".tmp") && Date.now() - mtimeMs > staleMs;

/** Makes a folder in one that there is. */
async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

async function writeBlob(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  await makeOne(dirname(path));
  try {
    await writeFile(temporary, bytes, { flag: "wx", flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function attemptIn<Value>(root: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw storageAway(
      said`storage ${root}: expected a folder that can be read and written, got ${codeOf(error) ?? messageOf(error)}. Free some space there, mount it again, or change its permissions.`,
      error,
    );
  }
}
