/** @file What is said about entries of a folder of pictures that are neither pictures nor captions. */

import type { FileEntry } from "@atelier/engine";
import { type DataWarning, listSome } from "./data-warning.js";
import { extensionOf, pictureFormatOfName } from "./picture-format.js";
import { awayInICloud, isSystemFile } from "./system-files.js";

/** An entry of a folder with its path. */
export interface PlacedEntry extends FileEntry {
  readonly path: string;
}

/** Kinds of files that people write captions of many pictures into, which are not read. */
const tables: readonly string[] = ["json", "jsonl", "json1", "csv", "tsv", "parquet", "xlsx"];

/** What to do about captions in a file that is not read. */
export const metadataAdvice =
  'Captions of many pictures are read from metadata.jsonl, one line {"file_name": "a.png", "text": "a caption"} for each.';

/** Whether a name is a slip of `metadata.jsonl`, or another program's file of captions. */
export function isMistakenMetadata(name: string): boolean {
  return tables.includes(extensionOf(name)) || /^metadata\b/i.test(name);
}

/** One line for all that systems leave, and for pictures whose names hide them. */
export function describeSystemFiles(path: string, entries: readonly FileEntry[]): DataWarning[] {
  const names = entries.map(({ name }) => name).filter(isSystemFile);
  const away = names.flatMap((name) => awayInICloud(name) ?? []);
  const left = names.filter((name) => awayInICloud(name) === undefined);
  const warnings: DataWarning[] = [];
  if (left.length > 0) {
    // Icons of folders end with a carriage return.
    const some = listSome(
      left.map((name) => name.replace("\r", "")),
      3,
    );
    const message = `${path} holds ${entriesOf(left)} that systems leave or hide, passed over: ${some}.${describeHidden(left)}`;
    warnings.push({ kind: "system-files", path, message });
  }
  if (away.length > 0) {
    const message = `${path} holds ${entriesOf(away)} in iCloud and not on this machine: ${listSome(away)}. Download them first ("Download Now" in the Finder).`;
    warnings.push({ kind: "unsupported-picture", path, message });
  }
  return warnings;
}

/** macOS keeps what it knows of `a.png` in `._a.png`, which is no picture; `.a.png` may be one. */
function describeHidden(names: readonly string[]): string {
  const hidden = names.filter(
    (name) => /^\.[^._]/.test(name) && typeof pictureFormatOfName(name) === "string",
  );
  return hidden.length === 0 ? "" : ` To use ${listSome(hidden)}, take the dot off its name.`;
}

function entriesOf({ length }: readonly string[]): string {
  return length === 1 ? "1 entry" : `${length} entries`;
}

/** Folders, pictures of formats that are not read, and files of no use: one line for each kind of the last. */
export function describeUnused(path: string, entries: readonly PlacedEntry[]): DataWarning[] {
  const warnings: DataWarning[] = [];
  const strangers = new Map<string, PlacedEntry[]>();
  for (const entry of entries) {
    const format = pictureFormatOfName(entry.name);
    if (entry.kind === "folder") warnings.push(describeFolder(entry));
    else if (typeof format === "object") {
      const message = `${entry.path} is not used: ${format.name} is not read. ${format.advice}`;
      warnings.push({ kind: "unsupported-picture", path: entry.path, message });
    } else if (isMistakenMetadata(entry.name)) {
      const message = `${entry.path} is not used. ${metadataAdvice}`;
      warnings.push({ kind: "unused-file", path: entry.path, message });
    } else {
      const extension = extensionOf(entry.name);
      strangers.set(extension, [...(strangers.get(extension) ?? []), entry]);
    }
  }
  for (const alike of strangers.values()) warnings.push(...describeStrangers(path, alike));
  return warnings;
}

function describeFolder({ name, path }: PlacedEntry): DataWarning {
  const format = pictureFormatOfName(name);
  const what = format === undefined ? "a folder" : "a folder in spite of its name";
  const message = `${path} is ${what}: folders inside a folder of pictures are not searched.`;
  return { kind: "unused-folder", path, message };
}

function describeStrangers(path: string, alike: readonly PlacedEntry[]): DataWarning[] {
  if (alike.length > 3) {
    const some = listSome(
      alike.map(({ name }) => name),
      3,
    );
    const message = `${path} holds ${alike.length} files that are not used, being neither pictures nor captions: ${some}.`;
    return [{ kind: "unused-file", path, message }];
  }
  return alike.map((entry) => {
    const message = `${entry.path} is not used: it is neither a picture nor a caption.`;
    return { kind: "unused-file", path: entry.path, message };
  });
}
