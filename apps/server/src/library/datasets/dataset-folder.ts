/**
 * @file The folder of a data set as the trainer reads it: pictures, the captions that describe them, and masks. Links
 * are no part of it, so that nothing outside the library is read as a picture.
 */

import type { Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  extensionOf,
  indexPictureNames,
  isSystemFile,
  pictureFormatOfName,
  stemOf,
} from "@atelier/diffusion/data";
import { said } from "@atelier/engine";
import { attempt, libraryError, orAbsent } from "../folder/library-error.js";
import type { LibraryFolder } from "../folder/library-folder.js";

/** The file that says what a data set shows. */
export const infoName = "dataset.json";

/** The folder of masks. */
export const masksName = "masks";

/** Names within a data set. */
export interface DatasetNames {
  readonly name: string;
  /** The data set's folder, real. */
  readonly path: string;
  /** Sorted. */
  readonly pictures: readonly string[];
  readonly holds: (picture: string) => boolean;
  /** By picture: the caption file that the trainer reads first. */
  readonly captions: ReadonlyMap<string, string>;
  /** By picture: its file in the folder of masks. */
  readonly masks: ReadonlyMap<string, string>;
  /** By picture: whether another picture has the same name but for its ending. */
  readonly sharesStem: (picture: string) => boolean;
}

/** Where a data set lies. @throws AtelierError `file`, absent. */
export async function datasetPath(
  library: LibraryFolder,
  name: string,
): Promise<{
  readonly path: string;
  readonly stats: Stats;
}> {
  const { path, stats } = await library.place("datasets", name);
  if (stats?.isDirectory() === true && !name.startsWith(".")) return { path, stats };
  throw libraryError(
    "absent",
    said`data set ${name}: expected one of the library, got none of that name.`,
  );
}

/** Lists of the last data sets by library, kept as long as nothing is added to their folders or taken from them. */
const known = new WeakMap<LibraryFolder, Map<string, KnownNames>>();

interface KnownNames {
  readonly changed: string;
  readonly names: DatasetNames;
}

/** Clocks of file systems are coarse: a change within the same tick as the one before would not be seen. */
const tickMs = 100;

/** Lists a data set. @throws AtelierError `file`. */
export async function listDataset(library: LibraryFolder, name: string): Promise<DatasetNames> {
  const { path, stats } = await datasetPath(library, name);
  const masks = await attempt(masksName, () => orAbsent(lstat(join(path, masksName))));
  const lists = known.get(library) ?? new Map<string, KnownNames>();
  known.set(library, lists);
  const changed = `${path} ${stats.ino} ${stats.mtimeMs} ${masks?.ino ?? 0} ${masks?.mtimeMs ?? 0}`;
  const before = lists.get(name);
  if (before?.changed === changed) return before.names;
  const names = await readNames(name, path);
  const isSettled = Date.now() - Math.max(stats.mtimeMs, masks?.mtimeMs ?? 0) > tickMs;
  lists.delete(name);
  if (isSettled) lists.set(name, { changed, names });
  const [oldest] = lists.keys();
  if (lists.size > mostKnown && oldest !== undefined) lists.delete(oldest);
  return names;
}

/** Data sets of 10,000 pictures take a megabyte each. */
const mostKnown = 64;

async function readNames(name: string, path: string): Promise<DatasetNames> {
  const entries = await attempt(name, () => readdir(path, { withFileTypes: true }));
  const files = entries.filter((entry) => entry.isFile() && !isSystemFile(entry.name));
  const pictures = files.flatMap((entry) => (isPictureName(entry.name) ? [entry.name] : [])).sort();
  const described = indexPictureNames(pictures);
  const captions = new Map<string, string>();
  const texts = files.map((entry) => entry.name).filter(isCaptionName);
  for (const text of texts.sort(byPrecedence)) {
    for (const picture of described.describedBy(text)) {
      if (!captions.has(picture)) captions.set(picture, text);
    }
  }
  const all = new Set(pictures);
  return {
    ...{ name, path, pictures, captions },
    holds: (picture) => all.has(picture),
    masks: masksOf(pictures, await listMasks(path)),
    sharesStem: (picture) => described.ofStem(stemOf(picture)).length > 1,
  };
}

/** Whether a name is that of a picture that is read. */
export function isPictureName(name: string): boolean {
  return typeof pictureFormatOfName(name) === "string";
}

/** Whether a name is that of a caption. */
export function isCaptionName(name: string): boolean {
  return ["txt", "caption"].includes(extensionOf(name));
}

/** Names of files in the folder of masks; none of a link, which may lead anywhere. */
async function listMasks(path: string): Promise<string[]> {
  const folder = join(path, masksName);
  const stats = await attempt(masksName, () => orAbsent(lstat(folder)));
  if (stats?.isDirectory() !== true) return [];
  const entries = await attempt(masksName, () => readdir(folder, { withFileTypes: true }));
  return entries.flatMap((entry) =>
    entry.isFile() && !isSystemFile(entry.name) ? [entry.name] : [],
  );
}

/** As the trainer looks for them: by a picture's name without its ending. */
function masksOf(pictures: readonly string[], masks: readonly string[]): Map<string, string> {
  if (masks.length === 0) return new Map();
  const named = indexPictureNames(masks);
  return new Map(
    pictures.flatMap((picture) => {
      const [mask] = named.ofStem(stemOf(picture));
      return mask === undefined ? [] : [[picture, mask] as const];
    }),
  );
}

/** `.txt` before `.caption`, and of each the name of the whole file first, as the trainer has it. */
function byPrecedence(one: string, other: string): number {
  const rank = (name: string) =>
    2 * ["txt", "caption"].indexOf(extensionOf(name)) + (isPictureName(stemOf(name)) ? 0 : 1);
  return rank(one) - rank(other) || (one < other ? -1 : 1);
}

/** A picture of a data set by the name in its folder. @throws AtelierError `file`, absent. */
export function requirePicture({ name, pictures, holds }: DatasetNames, picture: string): string {
  const key = picture.normalize("NFC");
  const found = holds(picture) ? picture : pictures.find((each) => each.normalize("NFC") === key);
  if (found !== undefined) return found;
  throw libraryError(
    "absent",
    said`picture ${picture}: expected one of data set ${name}, got none of that name.`,
  );
}

/** The picture's own file. @throws AtelierError `file`, absent. */
export async function picturePlace(
  library: LibraryFolder,
  dataset: string,
  picture: string,
): Promise<{ readonly path: string; readonly stats: Stats }> {
  await datasetPath(library, dataset);
  const { path, stats } = await library.place("datasets", dataset, picture);
  if (stats?.isFile() === true && isPictureName(picture)) return { path, stats };
  throw libraryError(
    "absent",
    said`picture ${picture}: expected one of data set ${dataset}, got none of that name.`,
  );
}
