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

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { some } from "../core/warnings/param-kinds.js";
import { type Warning, type WarningCode, warning } from "../core/warnings/warning.js";
import { inEnglish } from "../english/english-warnings.js";
import { listed } from "../english/list.js";
import { readCaptionFile, readMetadataText } from "./caption-text.js";
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
  readonly warnings: readonly Warning[];
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
    const words = general.caption;
    warnings.push(warning("folder-caption", { path: folder.path, words, pictures: some(without) }));
  }
  if (prompt !== undefined) {
    warnings.push(...describePromptUse(folder, folder.pictures.length - without.length));
  }
  return { path: folder.path, pictures, warnings };
}

function describeConflict(picture: PictureFile, found: readonly Found[]): Warning[] {
  const [first, ...others] = found;
  const differing = others.filter((other) => other.caption !== first?.caption);
  if (first === undefined || differing.length === 0) return [];
  const unused = some(differing.map((other) => other.source));
  return [warning("caption-conflict", { path: picture.path, used: first.source, unused })];
}

function describePromptUse(folder: ImageFolder, captioned: number): Warning[] {
  if (captioned === 0) return [];
  const total = folder.pictures.length;
  return [warning("prompt-fallback", { path: folder.path, captioned, total })];
}

interface NoCaption {
  readonly path: string;
  readonly without: readonly string[];
  /** Whether there is a prompt, but no text in it. */
  readonly isEmpty: boolean;
  readonly warnings: readonly Warning[];
}

/** Warnings that may tell why a picture has no caption. */
const reasonCodes: readonly WarningCode[] = [
  "unused-file",
  "unused-files",
  "unread-captions",
  "unused-beside-folders",
  "unused-folder",
  "orphan-caption",
  "metadata-without-picture",
];

function noCaption({ path, without, isEmpty, warnings }: NoCaption): AtelierError {
  const given = isEmpty ? " and the prompt is empty" : "";
  const noticed = warnings.filter(({ code }) => reasonCodes.includes(code)).slice(0, 5);
  const reasons = noticed.map((told) => `\n  ${inEnglish(told)}`).join("");
  return new AtelierError(
    "data",
    said`captions ${path}: expected a caption for every picture, got none for ${listed(some(without))}${given}. Write name.txt beside each picture, a line in metadata.jsonl, or give one prompt for all; a new word can take its captions from templates (embedding.kind).${reasons}`,
    { context: { path, without } },
  );
}
