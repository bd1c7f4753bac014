/**
 * @file Paths within the library, by names that come from outside: no name is a path, and no link leads out of what it
 * lies in. Every file that the library reads or writes for somebody goes through here.
 */

import { lstatSync, type Stats } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { said } from "@atelier/engine";
import { attempt, libraryError, orAbsent } from "./library-error.js";

/** What stands at a path. */
export interface PlacedPath {
  readonly path: string;
  /** Of the file or folder itself; absent where nothing stands. */
  readonly stats: Stats | undefined;
}

/**
 * Goes down from a folder by names. A link counts only where it leads to something within `root`.
 * @param root an existing folder, without links
 * @throws AtelierError `file`, refused, for names that are paths, and for links that lead out.
 */
export async function walkDown(root: string, names: readonly string[]): Promise<PlacedPath> {
  let path = root;
  let stats: Stats | undefined;
  for (const [index, name] of names.entries()) {
    requireName(name);
    const parent = path;
    path = join(parent, name);
    stats = await attempt(name, () => orAbsent(lstat(path)));
    if (stats === undefined) {
      // macOS writes letters taken apart; a name that comes back from a page may have them joined, or not.
      const other = await otherSpelling(parent, name);
      if (other === undefined) return { path: restOf(path, names.slice(index + 1)), stats };
      ({ path, stats } = other);
    }
    if (stats.isSymbolicLink()) {
      const real = await attempt(name, () => orAbsent(realpath(path)));
      if (real === undefined || !isInside(root, real)) throw leadsOut(name);
      path = real;
      stats = lstatSync(real);
    }
  }
  return { path, stats };
}

/** Whether a path lies in a folder; both real and absolute. */
export function isInside(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

async function otherSpelling(
  parent: string,
  name: string,
): Promise<{ readonly path: string; readonly stats: Stats } | undefined> {
  for (const spelled of [name.normalize("NFC"), name.normalize("NFD")]) {
    if (spelled === name) continue;
    const path = join(parent, spelled);
    const stats = await attempt(name, () => orAbsent(lstat(path)));
    if (stats !== undefined) return { path, stats };
  }
  return undefined;
}

function restOf(path: string, names: readonly string[]): string {
  for (const name of names) requireName(name);
  return join(path, ...names);
}

/** @throws AtelierError `file`, refused, for what is no name within a folder. */
export function requireName(name: string): void {
  const isName =
    name !== "" &&
    name !== "." &&
    name !== ".." &&
    !/[\\/\0]/.test(name) &&
    // A drive or a stream of Windows.
    !(process.platform === "win32" && name.includes(":")) &&
    Buffer.byteLength(name) <= 255;
  if (isName) return;
  throw libraryError(
    "refused",
    said`${JSON.stringify(name.slice(0, 200))}: expected the name of a file or folder, got something else. Names have no slashes and are no dots.`,
  );
}

const leadsOut = (name: string) =>
  libraryError(
    "refused",
    said`${name}: expected a file or folder of the library, got a link that leads out of it. Copy there what the link means.`,
  );
