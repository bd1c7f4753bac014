/**
 * @file The caption of every picture of a folder. The first of these that a picture has counts:
 *
 * 1. a `.txt` file of the picture's name
 * 2. a `.caption` file of the picture's name
 * 3. its line in the folder's `metadata.jsonl`
 * 4. the prompt given for all pictures
 *
 * Sources 1 to 3 that disagree are reported, and so is a prompt that only some pictures use.
 */

import { AtelierError, type FileStore } from "@atelier/engine";
import { readCaptionFile, readMetadataText } from "./caption-text.js";
import { type DataWarning, listSome } from "./data-warning.js";
import { type ImageFolder, listImageFolder, type PictureFile } from "./image-folder.js";
import { parseMetadataJsonl } from "./metadata-jsonl.js";

/** A picture file with its caption. */
export interface CaptionedPicture extends PictureFile {
  readonly caption: string;
  /** Path of the file that the caption is from, or `prompt`. */
  readonly captionSource: string;
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
  readonly prompt?: string;
}

interface Found {
  readonly caption: string;
  readonly source: string;
}

/**
 * Lists a folder's pictures with their captions.
 * @throws AtelierError `data` when the folder has no usable picture, a caption cannot be read, or
 * a picture has none and no prompt is given.
 */
export async function readCaptionedFolder(
  files: FileStore,
  path: string,
  options: CaptionOptions = {},
): Promise<CaptionedFolder> {
  return readCaptions(files, await listImageFolder(files, path), options);
}

/** The captions of a folder already listed. @throws AtelierError `data`. */
export async function readCaptions(
  files: FileStore,
  folder: ImageFolder,
  { prompt }: CaptionOptions = {},
): Promise<CaptionedFolder> {
  const warnings = [...folder.warnings];
  const names = new Set(folder.pictures.map((picture) => picture.name));
  const { metadataPath } = folder;
  let metadata: ReadonlyMap<string, string> = new Map();
  if (metadataPath !== undefined) {
    const text = await readMetadataText(files, metadataPath);
    const parsed = parseMetadataJsonl(text, { path: metadataPath, pictures: names });
    metadata = parsed.captions;
    warnings.push(...parsed.warnings);
  }
  const pictures: CaptionedPicture[] = [];
  const without: string[] = [];
  for (const picture of folder.pictures) {
    const found: Found[] = [];
    for (const source of picture.captionFiles) {
      found.push({ caption: await readCaptionFile(files, source), source });
    }
    const described = metadata.get(picture.name);
    if (described !== undefined && metadataPath !== undefined) {
      found.push({ caption: described, source: metadataPath });
    }
    warnings.push(...describeConflict(picture, found));
    const [first] = found;
    if (first === undefined) without.push(picture.name);
    const { caption, source } = first ?? { caption: prompt?.trim() ?? "", source: "prompt" };
    pictures.push({ ...picture, caption, captionSource: source });
  }
  if (without.length > 0) checkPrompt(folder.path, without, prompt);
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

function checkPrompt(path: string, without: readonly string[], prompt: string | undefined): void {
  if (prompt !== undefined && prompt.trim() !== "") return;
  const given = prompt === undefined ? "" : " and the prompt is empty";
  throw new AtelierError(
    "data",
    `captions ${path}: expected a caption for every picture, got none for ${listSome(without)}${given}. Write name.txt beside each picture, a line in metadata.jsonl, or give one prompt for all; a new word can take its captions from templates (embedding.kind).`,
    { context: { path, without } },
  );
}
