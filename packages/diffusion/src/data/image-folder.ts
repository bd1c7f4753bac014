/**
 * @file Lists a folder of training pictures: what is a picture, what describes one, and what is
 * neither. Folders inside are not searched. Nothing is opened here.
 */

import { AtelierError, type FileEntry, type FileStore, said } from "@atelier/engine";
import { some } from "../core/warnings/param-kinds.js";
import { type Warning, warning } from "../core/warnings/warning.js";
import { inEnglish } from "../english/english-warnings.js";
import { extensionOf, pictureFormatOfName } from "./picture-format.js";
import { foldName, indexPictureNames, stemOf } from "./picture-names.js";
import { isSystemFile } from "./system-files.js";
import {
  describeSystemFiles,
  describeUnused,
  isMistakenMetadata,
  type PlacedEntry,
} from "./unused-entries.js";

/** A picture file of a data set. */
export interface PictureFile {
  /** File name within the folder. */
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** Caption files that share the picture's name, `.txt` before `.caption`. */
  readonly captionFiles: readonly string[];
}

/** What a folder of pictures holds. */
export interface ImageFolder {
  readonly path: string;
  /** Sorted by name. */
  readonly pictures: readonly PictureFile[];
  /** The folder's `metadata.jsonl`, where it has one. */
  readonly metadataPath?: string;
  readonly warnings: readonly Warning[];
}

/** The name that Hugging Face's `imagefolder` gives to a folder's captions. */
export const metadataName = "metadata.jsonl";

const captionExtensions: readonly string[] = ["txt", "caption"];

/** What the Studio's library keeps beside the pictures: what a data set shows, and masks of its pictures. */
const libraryEntries: ReadonlyMap<string, FileEntry["kind"]> = new Map([
  ["dataset.json", "file"],
  ["masks", "folder"],
]);

/**
 * Lists the pictures of a folder and reports every entry that is not used.
 * @throws AtelierError `data` when the path is no folder or holds no usable picture.
 */
export async function listImageFolder(files: FileStore, path: string): Promise<ImageFolder> {
  await checkFolder(files, path);
  const all = await files.list(path);
  const entries = all
    .filter(({ name }) => !isSystemFile(name))
    .map((entry) => ({ ...entry, path: files.join(path, entry.name) }));
  const found = entries.filter(isPicture);
  const captions = entries.filter(isCaption).sort(byPrecedence);
  const metadata = entries.find(isMetadata);
  const isUsed = (entry: PlacedEntry) =>
    isPicture(entry) || isCaption(entry) || isMetadata(entry) || isOfLibrary(entry);
  const warnings = [
    ...describeSystemFiles(path, all),
    ...describeUnused(
      path,
      entries.filter((entry) => !isUsed(entry)),
    ),
  ];
  const names = indexPictureNames(found.map(({ name }) => name));
  const captionFiles = new Map<string, string[]>();
  for (const caption of captions) {
    const owners = names.describedBy(caption.name);
    for (const owner of owners) {
      captionFiles.set(owner, [...(captionFiles.get(owner) ?? []), caption.path]);
    }
    warnings.push(...describeOwners(caption, owners));
  }
  if (found.length === 0) throw noPictures(path, all.length, warnings);
  const pictures = found.map(({ name, path: place, sizeBytes }) => ({
    ...{ name, path: place, sizeBytes },
    captionFiles: captionFiles.get(name) ?? [],
  }));
  return {
    path,
    pictures,
    ...(metadata === undefined ? {} : { metadataPath: metadata.path }),
    warnings,
  };
}

async function checkFolder(files: FileStore, path: string): Promise<void> {
  const kind = (await files.stat(path))?.kind;
  if (kind === "folder") return;
  const got =
    kind === "file" ? said`a file. Name the folder that holds it.` : said`nothing at that path.`;
  throw new AtelierError("data", said`pictures ${path}: expected a folder, got ${got}`, {
    context: { path },
  });
}

function isPicture({ name, kind }: FileEntry): boolean {
  return kind === "file" && typeof pictureFormatOfName(name) === "string";
}

function isCaption({ name, kind }: FileEntry): boolean {
  return kind === "file" && captionExtensions.includes(extensionOf(name));
}

function isOfLibrary({ name, kind }: FileEntry): boolean {
  return libraryEntries.get(name) === kind;
}

function isMetadata({ name, kind }: FileEntry): boolean {
  return kind === "file" && foldName(name) === metadataName;
}

/** `.txt` before `.caption`, and what has the whole name of a picture (`a.png.txt`) before what has its stem. */
function byPrecedence({ name: a }: FileEntry, { name: b }: FileEntry): number {
  const rank = (name: string) =>
    2 * captionExtensions.indexOf(extensionOf(name)) +
    (pictureFormatOfName(stemOf(name)) === undefined ? 1 : 0);
  return rank(a) - rank(b);
}

function describeOwners({ name, path }: PlacedEntry, owners: readonly string[]): Warning[] {
  if (owners.length === 1) return [];
  if (owners.length > 1) return [warning("shared-caption", { path, pictures: some(owners) })];
  return [warning(isMistakenMetadata(name) ? "unread-captions" : "orphan-caption", { path })];
}

function noPictures(path: string, entryCount: number, warnings: readonly Warning[]): AtelierError {
  const reasons = warnings.slice(0, 5).map((told) => `\n  ${inEnglish(told)}`);
  const got = entryCount === 0 ? said`an empty folder` : said`none among ${entryCount} entries`;
  return new AtelierError(
    "data",
    said`pictures ${path}: expected JPEG, PNG, WebP or AVIF files, got ${got}. Put pictures there or name another folder.${reasons.join("")}`,
    { context: { path } },
  );
}
