/**
 * @file The library's folder: pictures, models, runs and drawings as files that other programs can use as well.
 *
 *     library.json  datasets/<name>/  models/  adapters/  words/  runs/<name>/  drawings/  trash/<id>/
 *     origins/      what is known of results that their files do not say: the run and job that made them
 *     cache/        what can be made again: facts of files, thumbnails, files that are on their way in
 *
 * Others keep their own things there: the server its token, jobs their folders, the embedded database its files.
 */

import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, realpath, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { AtelierError, messageOf, said } from "@atelier/engine";
import { makeFolder } from "@atelier/engine/node";
import { z } from "zod";
import { attempt, libraryError, orAbsent } from "./library-error.js";
import { writeWhole } from "./publish.js";
import { type PlacedPath, requireName, walkDown } from "./safe-path.js";

/** Folders of the library that hold what people name. */
export const sections = [
  "datasets",
  "models",
  "adapters",
  "words",
  "runs",
  "drawings",
  "trash",
  "origins",
] as const;

/** One of them. */
export type Section = (typeof sections)[number];

/** Raised when what an older Atelier wrote is written differently. */
const libraryVersion = 1;

const libraryFile = z.looseObject({ version: z.int().min(1) });

/** The open folder. */
export interface LibraryFolder {
  /** Absolute, without links. */
  readonly root: string;
  /** Of a section. */
  folderOf(section: Section): string;
  /** A path below a section; the first name is what people call it, and no link leads out of that. */
  place(section: Section, ...names: readonly string[]): Promise<PlacedPath>;
  /** A path of the cache; its folder is made. */
  cachePath(...names: readonly string[]): Promise<string>;
  /** A new folder for files on their way in, on the library's disk; gone when it is disposed. */
  incoming(): Promise<IncomingFolder>;
}

/** A folder for files that are not whole yet. */
export interface IncomingFolder extends AsyncDisposable {
  readonly path: string;
}

/**
 * Opens a library, or makes one where there is none.
 * @throws AtelierError `file` where it cannot be, `config` for the library of a newer Atelier.
 */
export async function openLibraryFolder(folder: string): Promise<LibraryFolder> {
  await attempt(folder, () => makeFolder(folder));
  const root = await attempt(folder, () => realpath(folder));
  await requireVersion(root);
  for (const section of sections) {
    await attempt(section, () => makeFolder(join(root, section)));
    await walkDown(root, [section]);
  }
  await removeStale(join(root, "cache", "incoming"));
  const cachePath = async (...names: readonly string[]): Promise<string> => {
    for (const name of names) requireName(name);
    const path = join(root, "cache", ...names);
    await attempt("cache", () => makeFolder(join(path, "..")));
    await walkDown(root, ["cache", ...names.slice(0, -1)]);
    return path;
  };
  return {
    root,
    folderOf: (section) => join(root, section),
    async place(section, ...names) {
      const [first, ...rest] = names;
      if (first === undefined) return walkDown(root, [section]);
      const top = await walkDown(join(root, section), [first]);
      if (rest.length === 0) return top;
      return walkDown(top.path, rest);
    },
    cachePath,
    async incoming() {
      const path = await cachePath("incoming", randomUUID());
      await attempt("incoming", () => mkdir(path));
      return {
        path,
        [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
      };
    },
  };
}

async function requireVersion(root: string): Promise<void> {
  const path = join(root, "library.json");
  const text = await attempt("library.json", () => orAbsent(readFile(path, "utf8")));
  if (text === undefined) {
    await writeWhole(path, `${JSON.stringify({ version: libraryVersion })}\n`);
    return;
  }
  const { version } = parseLibraryFile(path, text);
  if (version <= libraryVersion) return;
  throw new AtelierError(
    "config",
    said`library ${root}: expected one of version ${libraryVersion}, got version ${version}. Use the Atelier that made it, or a newer one.`,
    { context: { root, version } },
  );
}

function parseLibraryFile(path: string, text: string): z.infer<typeof libraryFile> {
  try {
    return libraryFile.parse(JSON.parse(text));
  } catch (cause) {
    throw libraryError(
      "refused",
      said`${path}: expected the library's version, got something else (${messageOf(cause).slice(0, 200)}). Restore the file, or remove it where the folder is a library of this version.`,
      cause,
    );
  }
}

/** Files of a server that was killed; a younger folder may be that of another server. */
const staleMs = 24 * 60 * 60 * 1000;

async function removeStale(folder: string): Promise<void> {
  const names = (await orAbsent(readdir(folder))) ?? [];
  for (const name of names) {
    const path = join(folder, name);
    const info = await orAbsent(stat(path));
    if (info !== undefined && Date.now() - info.mtimeMs > staleMs) {
      await rm(path, { recursive: true, force: true });
    }
  }
}
