/** @file Models, adapters and words as files and folders of the library: which there are, and whether they have changed. */

import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { lstat, readdir, realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { said } from "@atelier/engine";
import type { Item } from "../../api/library.js";
import { itemName } from "../../api/values.js";
import { attempt, libraryError, orAbsent } from "../folder/library-error.js";
import type { LibraryFolder } from "../folder/library-folder.js";
import { nameKey } from "../folder/safe-name.js";
import { isInside } from "../folder/safe-path.js";
import { versionOf } from "../folder/stat-many.js";

/** Folders by what lies in them. */
export const itemSections = { model: "models", adapter: "adapters", word: "words" } as const;

/** One of the folders. */
export type ItemSection = (typeof itemSections)[keyof typeof itemSections];

/** What the library calls things of a kind. */
export const itemKinds: readonly Item["kind"][] = ["model", "adapter", "word"];

/** A file of a model, adapter or word. */
export interface ItemFile {
  /** Below the folder, `/` between names; the name itself where the item is a file. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/** A model, adapter or word on disk. */
export interface ItemPlace {
  readonly kind: Item["kind"];
  readonly name: string;
  readonly path: string;
  readonly isFolder: boolean;
  readonly files: readonly ItemFile[];
  readonly changedMs: number;
  /** Changes with any of its files. */
  readonly version: string;
  /** A link that leads out of it, which is never followed. */
  readonly leak: string | undefined;
}

/** Files that hold weights. */
const weightFile = /\.(safetensors|ckpt|pt|pth|bin|gguf)$/i;

/** Deeper and fuller folders are no models. */
const limits = { depth: 6, files: 5_000 };

/** All of one kind, by name. @throws AtelierError `file`. */
export async function listItems(library: LibraryFolder, kind: Item["kind"]): Promise<ItemPlace[]> {
  const section = itemSections[kind];
  const names = (await attempt(section, () => readdir(library.folderOf(section)))).sort();
  const places: ItemPlace[] = [];
  for (const name of names) {
    const place = itemName.safeParse(name).success ? await itemAt(library, kind, name) : undefined;
    if (place !== undefined) places.push(place);
  }
  return places;
}

/** The one of a name, whatever it is. @throws AtelierError `file`, absent. */
export async function findItem(library: LibraryFolder, name: string): Promise<ItemPlace> {
  for (const kind of itemKinds) {
    const place = await itemAt(library, kind, name);
    if (place !== undefined) return place;
  }
  throw libraryError(
    "absent",
    said`${name}: expected a model, adapter or word of the library, got none of that name.`,
  );
}

/** Whether something of the library is called so, or on some systems would be. */
export async function isItemName(library: LibraryFolder, name: string): Promise<boolean> {
  for (const section of Object.values(itemSections)) {
    const names = await readdir(library.folderOf(section));
    if (names.some((each) => nameKey(each) === nameKey(name))) return true;
  }
  return false;
}

async function itemAt(
  library: LibraryFolder,
  kind: Item["kind"],
  name: string,
): Promise<ItemPlace | undefined> {
  const { path, stats } = await library.place(itemSections[kind], name);
  if (stats === undefined || name.startsWith(".")) return undefined;
  if (stats.isFile()) {
    if (!weightFile.test(name)) return undefined;
    const files = [{ name, path, bytes: stats.size }];
    const facts = { changedMs: stats.mtimeMs, version: versionOf(stats), leak: undefined };
    return { kind, name, path, isFolder: false, files, ...facts };
  }
  return stats.isDirectory() ? folderAt(kind, name, path) : undefined;
}

async function folderAt(kind: Item["kind"], name: string, path: string): Promise<ItemPlace> {
  const files: (ItemFile & { readonly stats: Stats })[] = [];
  let leak: string | undefined;
  const visit = async (folder: string, depth: number): Promise<void> => {
    const entries = await attempt(name, () => readdir(folder, { withFileTypes: true }));
    for (const entry of entries) {
      const at = join(folder, entry.name);
      const own = relative(path, at).split(sep).join("/");
      if (files.length >= limits.files) return;
      if (entry.isSymbolicLink() && !(await staysInside(path, at))) leak ??= own;
      else if (entry.isDirectory()) {
        if (depth < limits.depth) await visit(at, depth + 1);
      } else if (entry.isFile()) {
        const stats = await orAbsent(lstat(at));
        if (stats !== undefined) files.push({ name: own, path: at, bytes: stats.size, stats });
      }
    }
  };
  await visit(path, 0);
  files.sort((one, other) => (one.name < other.name ? -1 : 1));
  const hash = createHash("sha256");
  for (const { name: own, stats } of files) hash.update(`${own}\0${versionOf(stats)}\0`);
  return {
    ...{ kind, name, path, isFolder: true, leak },
    files: files.map(({ name: own, path: at, bytes }) => ({ name: own, path: at, bytes })),
    changedMs: Math.max(0, ...files.map(({ stats }) => stats.mtimeMs)),
    version: `${hash.digest("hex").slice(0, 32)}${leak === undefined ? "" : "-leak"}`,
  };
}

async function staysInside(folder: string, link: string): Promise<boolean> {
  const real = await realpath(link).catch(() => undefined);
  return real !== undefined && isInside(folder, real);
}
