/**
 * @file Lists a folder of training pictures: what is a picture, what describes one, and what is
 * neither. Folders inside are not searched. Nothing is opened here.
 */

import { AtelierError, type FileEntry, type FileStore } from "@atelier/engine";
import { type DataWarning, listSome } from "./data-warning.js";
import { extensionOf, pictureFormatOfName } from "./picture-format.js";

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
  readonly warnings: readonly DataWarning[];
}

/** The name that Hugging Face's `imagefolder` gives to a folder's captions. */
export const metadataName = "metadata.jsonl";

const captionExtensions: readonly string[] = ["txt", "caption"];

/**
 * Lists the pictures of a folder and reports every entry that is not used.
 * @throws AtelierError `data` when the path is no folder or holds no usable picture.
 */
export async function listImageFolder(files: FileStore, path: string): Promise<ImageFolder> {
  await checkFolder(files, path);
  const entries = await files.list(path);
  const pictureNames = entries.filter(isPicture).map((entry) => entry.name);
  const captions = captionFilesByStem(entries);
  const warnings = entries.flatMap((entry) => describeUnused(files.join(path, entry.name), entry));
  const stems = new Map<string, string[]>();
  for (const name of pictureNames) {
    stems.set(stemOf(name), [...(stems.get(stemOf(name)) ?? []), name]);
  }
  for (const [stem, names] of captions) {
    const owners = stems.get(stem) ?? [];
    for (const name of names) warnings.push(...describeOwners(files.join(path, name), owners));
  }
  if (pictureNames.length === 0) throw noPictures(path, entries.length, warnings);
  const pictures = entries.filter(isPicture).map(({ name, sizeBytes }) => ({
    name,
    path: files.join(path, name),
    sizeBytes,
    captionFiles: (captions.get(stemOf(name)) ?? []).map((file) => files.join(path, file)),
  }));
  const hasMetadata = entries.some((entry) => entry.kind === "file" && entry.name === metadataName);
  return {
    path,
    pictures,
    ...(hasMetadata ? { metadataPath: files.join(path, metadataName) } : {}),
    warnings,
  };
}

async function checkFolder(files: FileStore, path: string): Promise<void> {
  const kind = (await files.stat(path))?.kind;
  if (kind === "folder") return;
  const got = kind === "file" ? "a file. Name the folder that holds it." : "nothing at that path.";
  throw new AtelierError("data", `pictures ${path}: expected a folder, got ${got}`, {
    context: { path },
  });
}

function isPicture({ name, kind }: FileEntry): boolean {
  return kind === "file" && typeof pictureFormatOfName(name) === "string";
}

function isCaption({ name, kind }: FileEntry): boolean {
  return kind === "file" && captionExtensions.includes(extensionOf(name));
}

/** Caption files by the name that they share with a picture, in order of precedence. */
function captionFilesByStem(entries: readonly FileEntry[]): Map<string, string[]> {
  const byStem = new Map<string, string[]>();
  for (const extension of captionExtensions) {
    for (const entry of entries.filter(isCaption)) {
      if (extensionOf(entry.name) !== extension) continue;
      const stem = stemOf(entry.name);
      byStem.set(stem, [...(byStem.get(stem) ?? []), entry.name]);
    }
  }
  return byStem;
}

function stemOf(name: string): string {
  return name.slice(0, name.lastIndexOf("."));
}

function describeUnused(path: string, entry: FileEntry): DataWarning[] {
  if (isPicture(entry) || isCaption(entry) || entry.name === metadataName) {
    if (entry.kind === "file") return [];
  }
  const format = pictureFormatOfName(entry.name);
  if (entry.kind === "folder") {
    const what = format === undefined ? "a folder" : "a folder in spite of its name";
    const message = `${path} is ${what}: folders inside a folder of pictures are not searched.`;
    return [{ kind: "unused-folder", path, message }];
  }
  if (typeof format === "object") {
    const message = `${path} is not used: ${format.name} is not read. ${format.advice}`;
    return [{ kind: "unsupported-picture", path, message }];
  }
  const message = `${path} is not used: it is neither a picture nor a caption.`;
  return [{ kind: "unused-file", path, message }];
}

function describeOwners(path: string, owners: readonly string[]): DataWarning[] {
  if (owners.length === 1) return [];
  if (owners.length === 0) {
    const message = `${path} is not used: no picture has its name.`;
    return [{ kind: "orphan-caption", path, message }];
  }
  const message = `${path} is the caption of ${owners.length} pictures: ${listSome(owners)}.`;
  return [{ kind: "shared-caption", path, message }];
}

function noPictures(
  path: string,
  entryCount: number,
  warnings: readonly DataWarning[],
): AtelierError {
  const reasons = warnings.slice(0, 5).map((warning) => `\n  ${warning.message}`);
  const got = entryCount === 0 ? "an empty folder" : `none among ${entryCount} entries`;
  return new AtelierError(
    "data",
    `pictures ${path}: expected JPEG, PNG, WebP or AVIF files, got ${got}. Put pictures there or name another folder.${reasons.join("")}`,
    { context: { path } },
  );
}
