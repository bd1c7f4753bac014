/** @file What is said about entries of a folder of pictures that are neither pictures nor captions. */

import type { FileEntry } from "@atelier/engine";
import { some } from "../core/warnings/param-kinds.js";
import { type Warning, warning } from "../core/warnings/warning.js";
import { extensionOf, pictureFormatOfName } from "./picture-format.js";
import { awayInICloud, isSystemFile } from "./system-files.js";

/** An entry of a folder with its path. */
export interface PlacedEntry extends FileEntry {
  readonly path: string;
}

/** Kinds of files that people write captions of many pictures into, which are not read. */
const tables: readonly string[] = ["json", "jsonl", "json1", "csv", "tsv", "parquet", "xlsx"];

/** Whether a name is a slip of `metadata.jsonl`, or another program's file of captions. */
export function isMistakenMetadata(name: string): boolean {
  return tables.includes(extensionOf(name)) || /^metadata\b/i.test(name);
}

/** One line for all that systems leave, and for pictures whose names hide them. */
export function describeSystemFiles(path: string, entries: readonly FileEntry[]): Warning[] {
  const names = entries.map(({ name }) => name).filter(isSystemFile);
  const away = names.flatMap((name) => awayInICloud(name) ?? []);
  const left = names.filter((name) => awayInICloud(name) === undefined);
  const warnings: Warning[] = [];
  if (left.length > 0) {
    // Icons of folders end with a carriage return.
    const shown = left.map((name) => name.replace("\r", ""));
    const pictures = some(left.filter(isHiddenPicture));
    warnings.push(warning("system-files", { path, entries: some(shown, 3), pictures }));
  }
  if (away.length > 0) warnings.push(warning("files-in-icloud", { path, files: some(away) }));
  return warnings;
}

/** macOS keeps what it knows of `a.png` in `._a.png`, which is no picture; `.a.png` may be one. */
function isHiddenPicture(name: string): boolean {
  return /^\.[^._]/.test(name) && typeof pictureFormatOfName(name) === "string";
}

/** Folders, pictures of formats that are not read, and files of no use: one line for each kind of the last. */
export function describeUnused(path: string, entries: readonly PlacedEntry[]): Warning[] {
  const warnings: Warning[] = [];
  const strangers = new Map<string, PlacedEntry[]>();
  for (const entry of entries) {
    const format = pictureFormatOfName(entry.name);
    if (entry.kind === "folder") warnings.push(describeFolder(entry));
    else if (typeof format === "object") {
      warnings.push(warning("unsupported-picture", { path: entry.path, format: format.name }));
    } else if (isMistakenMetadata(entry.name)) {
      warnings.push(warning("unread-captions", { path: entry.path }));
    } else {
      const extension = extensionOf(entry.name);
      strangers.set(extension, [...(strangers.get(extension) ?? []), entry]);
    }
  }
  for (const alike of strangers.values()) warnings.push(...describeStrangers(path, alike));
  return warnings;
}

function describeFolder({ name, path }: PlacedEntry): Warning {
  const looksLikePicture = pictureFormatOfName(name) !== undefined;
  return warning("unused-folder", { path, looksLikePicture });
}

function describeStrangers(path: string, alike: readonly PlacedEntry[]): Warning[] {
  if (alike.length > 3) {
    const names = alike.map(({ name }) => name);
    return [warning("unused-files", { path, files: some(names, 3) })];
  }
  return alike.map((entry) => warning("unused-file", { path: entry.path }));
}
