/**
 * @file The caption of every picture of a folder. The first of these that a picture has counts:
 *
 * 1. a `.txt` file of the picture's name
 * 2. a `.caption` file of the picture's name
 * 3. its line in the folder's `metadata.jsonl`
 * 4. the prompt given for all pictures
 * 5. the words of the folder's name, where it is named as kohya's sd-scripts has it: `10_sks dog`
 *
 * Sources 1 to 3 that disagree are reported, and so is a prompt that only some pictures use.
 */

import { AtelierError, type FileStore } from "@atelier/engine";
import { readCaptionFile, readMetadataText } from "./caption-text.js";
import { type DataWarning, type DataWarningKind, listSome } from "./data-warning.js";
import { type ImageFolder, listImageFolder, type PictureFile } from "./image-folder.js";
import { findPictureFolders, type NamedFolder } from "./kohya-folders.js";
import { parseMetadataJsonl } from "./metadata-jsonl.js";

/** A picture file with its caption. */
export interface CaptionedPicture extends PictureFile {
  readonly caption: string;
  /** Path of the file that the caption is from, `prompt` or `folder name`. */
  readonly captionSource: string;
  /** How often an epoch shows it by the name of its folder, else 1. */
  readonly repeats: number;
}

/** A folder of pictures, each with a caption. */
export interface CaptionedFolder {
  readonly path: string;
  readonly pictures: readonly CaptionedPicture[];
  /** Everything noticed on the way, about pictures and captions. */
  readonly warnings: readonly DataWarning[];
}

/** Options of {@link readCaptions}. */
export interface CaptionOptions {
  /** The caption of pictures that have no other. */
  readonly prompt?: string | undefined;
  /** Leaves caption files and metadata out of sight. */
  readonly onlyPrompt?: boolean;
}

interface Found {
  readonly caption: string;
  readonly source: string;
}

/**
 * Lists a folder's pictures with their captions, and those of the folders in it that are named as sd-scripts wants
 * them ({@link findPictureFolders}).
 * @throws AtelierError `data` when the folder has no usable picture, a caption cannot be read, or
 * a picture has none and no prompt is given.
 */
export async function readCaptionedFolder(
  files: FileStore,
  path: string,
  options: CaptionOptions = {},
): Promise<CaptionedFolder> {
  const hasPrompt = options.prompt !== undefined;
  const { folders, warnings } = await findPictureFolders(files, path, { hasPrompt });
  const read: CaptionedFolder[] = [];
  for (const folder of folders) read.push(await readCaptions(files, folder, options));
  return {
    path,
    pictures: read.flatMap(({ pictures }) => pictures),
    warnings: [...warnings, ...read.flatMap((folder) => folder.warnings)],
  };
}

async function readCaptions(
  files: FileStore,
  { path, repeats, words }: NamedFolder,
  { prompt, onlyPrompt = false }: CaptionOptions,
): Promise<CaptionedFolder> {
  const folder = await listImageFolder(files, path);
  const warnings = [...folder.warnings];
  const names = new Set(folder.pictures.map((picture) => picture.name));
  const metadataPath = onlyPrompt ? undefined : folder.metadataPath;
  let metadata: ReadonlyMap<string, string> = new Map();
  if (metadataPath !== undefined) {
    const text = await readMetadataText(files, metadataPath);
    const parsed = parseMetadataJsonl(text, { path: metadataPath, pictures: names });
    metadata = parsed.captions;
    warnings.push(...parsed.warnings);
  }
  const general: Found =
    prompt === undefined && words !== undefined
      ? { caption: words, source: "folder name" }
      : { caption: prompt?.trim() ?? "", source: "prompt" };
  const pictures: CaptionedPicture[] = [];
  const without: string[] = [];
  for (const picture of folder.pictures) {
    const found: Found[] = [];
    for (const source of onlyPrompt ? [] : picture.captionFiles) {
      found.push({ caption: await readCaptionFile(files, source), source });
    }
    const described = metadata.get(picture.name);
    if (described !== undefined && metadataPath !== undefined) {
      found.push({ caption: described, source: metadataPath });
    }
    warnings.push(...describeConflict(picture, found));
    const [first] = found;
    if (first === undefined) without.push(picture.name);
    const { caption, source } = first ?? general;
    pictures.push({ ...picture, caption, captionSource: source, repeats });
  }
  if (without.length > 0 && general.caption === "") {
    throw noCaption({ path: folder.path, without, isEmpty: prompt !== undefined, warnings });
  }
  if (without.length > 0 && general.source === "folder name") {
    warnings.push(describeFolderWords(folder.path, without, general.caption));
  }
  if (prompt !== undefined) {
    warnings.push(...describePromptUse(folder, folder.pictures.length - without.length));
  }
  return { path: folder.path, pictures, warnings };
}

function describeConflict(picture: PictureFile, found: readonly Found[]): DataWarning[] {
  const [first, ...others] = found;
  const differing = others.filter((other) => other.caption !== first?.caption);
  if (first === undefined || differing.length === 0) return [];
  const losers = listSome(differing.map((other) => other.source));
  const message = `${picture.path} has captions that disagree: ${first.source} is used, not ${losers}.`;
  return [{ kind: "caption-conflict", path: picture.path, message }];
}

function describePromptUse(folder: ImageFolder, captioned: number): DataWarning[] {
  if (captioned === 0) return [];
  const total = folder.pictures.length;
  const message = `${folder.path} has captions of its own for ${captioned} of ${total} pictures: the prompt is used for ${total - captioned}.`;
  return [{ kind: "prompt-fallback", path: folder.path, message }];
}

function describeFolderWords(path: string, without: readonly string[], words: string): DataWarning {
  const pictures = without.length === 1 ? `picture ${without[0]}` : `${without.length} pictures`;
  const message = `${path}: "${words}", from the folder's name, is the caption of ${pictures} without one.`;
  return { kind: "folder-name", path, message };
}

interface NoCaption {
  readonly path: string;
  readonly without: readonly string[];
  /** Whether there is a prompt, but no text in it. */
  readonly isEmpty: boolean;
  readonly warnings: readonly DataWarning[];
}

/** Warnings that may tell why a picture has no caption. */
const reasonKinds: readonly DataWarningKind[] = [
  "unused-file",
  "unused-folder",
  "orphan-caption",
  "metadata-without-picture",
];

function noCaption({ path, without, isEmpty, warnings }: NoCaption): AtelierError {
  const given = isEmpty ? " and the prompt is empty" : "";
  const noticed = warnings.filter(({ kind }) => reasonKinds.includes(kind)).slice(0, 5);
  const reasons = noticed.map(({ message }) => `\n  ${message}`).join("");
  return new AtelierError(
    "data",
    `captions ${path}: expected a caption for every picture, got none for ${listSome(without)}${given}. Write name.txt beside each picture, a line in metadata.jsonl, or give one prompt for all; a new word can take its captions from templates (embedding.kind).${reasons}`,
    { context: { path, without } },
  );
}
