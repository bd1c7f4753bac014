/** @file Files and folders get their names when they are whole, and never the name of something else. */

import { randomUUID } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { copyFile, link, lstat, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { said } from "@atelier/engine";
import { makeFolder } from "@atelier/engine/node";
import { attempt, codeOf, libraryError, orAbsent } from "./library-error.js";
import { numbered } from "./safe-name.js";

/**
 * Moves a file to a path where nothing stands.
 * @returns whether it could be; `false` where something does
 */
export async function moveFile(from: string, to: string): Promise<boolean> {
  return attempt(basename(to), async () => {
    try {
      await link(from, to);
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      // File systems without links, and links to other disks: a copy that refuses to replace.
      if (!["EPERM", "ENOTSUP", "EXDEV", "EMLINK", "ENOSYS"].includes(codeOf(error) ?? "")) {
        throw error;
      }
      if (!(await copyWhole(from, to))) return false;
    }
    await rm(from, { force: true });
    return true;
  });
}

/** A copy appears at once, as a rename does; `false` where something stands there. */
async function copyWhole(from: string, to: string): Promise<boolean> {
  const temporary = join(dirname(to), `.${randomUUID()}.tmp`);
  try {
    await copyFile(from, temporary, constants.COPYFILE_EXCL);
    if ((await orAbsent(lstat(to))) !== undefined) return false;
    await rename(temporary, to);
    return true;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The same for a folder on the same disk. */
export async function moveFolder(from: string, to: string): Promise<boolean> {
  return attempt(basename(to), async () => {
    // Where an empty folder stands, a rename would replace it.
    if ((await orAbsent(lstat(to))) !== undefined) return false;
    try {
      await rename(from, to);
      return true;
    } catch (error) {
      if (["ENOTEMPTY", "EEXIST", "ENOTDIR", "EISDIR"].includes(codeOf(error) ?? "")) return false;
      throw error;
    }
  });
}

/** A file or a folder. */
export async function moveEntry(from: string, to: string): Promise<boolean> {
  const stats: Stats = await attempt(basename(from), () => lstat(from));
  return stats.isDirectory() ? moveFolder(from, to) : moveFile(from, to);
}

/** How many numbers are tried behind a name. */
const mostNumbers = 10_000;

/**
 * Moves something into a folder under a name, or under the name with the first number that is free.
 * @param isTaken whether a name that stands nowhere is not to be used all the same
 * @returns the name that it has got
 */
export async function moveUnderFreeName(
  from: string,
  { folder, name }: { readonly folder: string; readonly name: string },
  isTaken: (name: string) => boolean | Promise<boolean> = () => false,
): Promise<string> {
  for (let number = 1; number <= mostNumbers; number++) {
    const free = numbered(name, number);
    if (await isTaken(free)) continue;
    if (await moveEntry(from, join(folder, free))) return free;
  }
  throw libraryError(
    "taken",
    said`${name}: expected a name that is free, got ${mostNumbers} that are taken. Choose another name.`,
  );
}

/** Writes a small file whole, in place of what stands there; makes its folder where there is none. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await attempt(basename(path), async () => {
    const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
    try {
      try {
        await writeFile(temporary, content, { flag: "wx" });
      } catch (error) {
        if (codeOf(error) !== "ENOENT") throw error;
        await makeFolder(dirname(path));
        await writeFile(temporary, content, { flag: "wx" });
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  });
}
