/**
 * @file Folders as kohya's sd-scripts wants them: the folder that is named holds folders `10_sks dog`, whose number
 * is how often an epoch shows their pictures and whose words are the caption of those that have no other.
 */

import type { FileEntry, FileStore } from "@atelier/engine";
import { some } from "../core/warnings/param-kinds.js";
import { type Warning, warning } from "../core/warnings/warning.js";
import { pictureFormatOfName } from "./picture-format.js";
import { isSystemFile } from "./system-files.js";

/** A folder of pictures and what its name says. */
export interface NamedFolder {
  readonly path: string;
  readonly repeats: number;
  /** The caption of pictures that have no other, not even a prompt. */
  readonly words?: string;
}

/** The folders that a path means. */
export interface PictureFolders {
  readonly folders: readonly NamedFolder[];
  readonly warnings: readonly Warning[];
}

/** The number and words of a name such as `10_sks dog`; `undefined` for other names, and for the number 0. */
export function readKohyaName(
  name: string,
): { readonly repeats: number; readonly words: string } | undefined {
  const [, number = "0", words = ""] = /^(\d{1,4})_(.+)$/.exec(name.trim()) ?? [];
  const repeats = Number(number);
  return repeats > 0 && words.trim() !== "" ? { repeats, words: words.trim() } : undefined;
}

/**
 * The folder itself, or, where it holds no pictures, the folders in it that are named as sd-scripts wants them. Of a
 * folder that is named itself, the words count and the number does not.
 * @throws AtelierError `file` when the folder cannot be listed.
 */
export async function findPictureFolders(
  files: FileStore,
  path: string,
  { hasPrompt }: { readonly hasPrompt: boolean },
): Promise<PictureFolders> {
  const isFolder = (await files.stat(path))?.kind === "folder";
  const entries = isFolder
    ? (await files.list(path)).filter(({ name }) => !isSystemFile(name))
    : [];
  const inside = entries.some(isPicture) ? [] : entries.flatMap((entry) => named(entry) ?? []);
  if (inside.length === 0) return ofFolderAlone(path);
  const folders = inside.map(({ name, ...said }) => ({ ...said, path: files.join(path, name) }));
  const rest = entries.filter((entry) => named(entry) === undefined).map(({ name }) => name);
  return {
    folders,
    warnings: [
      ...folders.map((folder) => describe(folder, hasPrompt)),
      ...(rest.length === 0
        ? []
        : [warning("unused-beside-folders", { path, entries: some(rest) })]),
    ],
  };
}

function ofFolderAlone(path: string): PictureFolders {
  const said = readKohyaName(path.split(/[/\\]+/).findLast((part) => part !== "") ?? "");
  if (said === undefined) return { folders: [{ path, repeats: 1 }], warnings: [] };
  const { repeats, words } = said;
  return {
    folders: [{ path, repeats: 1, words }],
    warnings: repeats === 1 ? [] : [warning("folder-number-unused", { path, repeats })],
  };
}

function isPicture({ name, kind }: FileEntry): boolean {
  return kind === "file" && typeof pictureFormatOfName(name) === "string";
}

function named({ name, kind }: FileEntry) {
  const said = kind === "folder" ? readKohyaName(name) : undefined;
  return said && { name, ...said };
}

function describe({ path, repeats, words = "" }: NamedFolder, hasPrompt: boolean): Warning {
  return warning("folder-repeats", { path, repeats, unusedWords: hasPrompt ? words : undefined });
}
