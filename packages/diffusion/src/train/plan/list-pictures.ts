/** @file The pictures of a run from all of its folders: captions, settings, sizes. */

import type { FileStore } from "@atelier/engine";
import type { Warning } from "../../core/warnings/warning.js";
import { requireWildcards } from "../../data/caption-edits.js";
import { type CaptionedPicture, readCaptionedFolder } from "../../data/captions.js";
import { probePicture, readPictureFile } from "../../data/load-picture.js";
import type { PictureDecoder } from "../../data/picture-decoder.js";
import type { PictureSize } from "../../data/resize-crop.js";
import { folderSettings } from "../config/data-section.js";
import type { DataConfig } from "../config/train-config.js";

/** A picture and how it is shown. */
export interface TrainingPicture extends CaptionedPicture {
  /** How often an epoch shows it, by settings and the name of its folder. */
  readonly repeats: number;
  readonly flip: boolean;
  /** Factor of its loss. */
  readonly lossWeight: number;
  /** In pixels, after orientation. */
  readonly size: PictureSize;
}

/** What is read of a config. */
export type ListedData = Pick<
  DataConfig,
  | "folder"
  | "folders"
  | "captions"
  | "prompt"
  | "repeats"
  | "flip"
  | "wildcards"
  | "animated"
  | "minSidePixels"
>;

/** Pictures and what was noticed on the way. */
export interface ListedPictures {
  readonly pictures: readonly TrainingPicture[];
  readonly warnings: readonly Warning[];
}

/**
 * Lists a data set and reads the headers of its pictures.
 * @param nameOf what pictures are called by their names in their folders
 * @throws AtelierError `data` for folders, captions and pictures that cannot be used, by name.
 */
export async function listPictures(
  { files, decoder }: { readonly files: FileStore; readonly decoder: PictureDecoder },
  data: ListedData,
  nameOf: (name: string) => string = (name) => name,
): Promise<ListedPictures> {
  const pictures: TrainingPicture[] = [];
  const warnings: Warning[] = [];
  for (const folder of [{ folder: data.folder }, ...data.folders]) {
    const settings = folderSettings(data, folder);
    const { repeats: times, flip, lossWeight } = settings;
    const found = await readFolder(files, settings);
    warnings.push(...found.warnings);
    for (const listed of found.pictures) {
      const picture = { ...listed, name: nameOf(listed.name) };
      if (data.wildcards) requireWildcards(`caption of ${picture.name}`, picture.caption);
      const bytes = await readPictureFile(files, picture.path);
      const { width, height } = await probePicture({ name: picture.name, bytes }, decoder, data);
      const repeats = times * picture.repeats;
      pictures.push({ ...picture, repeats, flip, lossWeight, size: { width, height } });
    }
  }
  return { pictures, warnings };
}

/**
 * Lists the pictures that a run is looked at with in place of held-out ones; none by default. They are called by their
 * folder as well, since training may show others of their names.
 * @throws AtelierError as {@link listPictures}.
 */
export async function listValidation(
  deps: Parameters<typeof listPictures>[0],
  data: ListedData,
  folder: string | undefined,
): Promise<ListedPictures> {
  if (folder === undefined) return { pictures: [], warnings: [] };
  const only = { ...data, folder, folders: [], repeats: 1, flip: false };
  return listPictures(deps, only, (name) => validationName(folder, name));
}

/** What a picture of a folder for validation is called. */
export function validationName(folder: string, name: string): string {
  const last = folder.split(/[\\/]/u).findLast((part) => part !== "" && part !== ".");
  return `${last ?? folder}/${name}`;
}

/**
 * The captions of a data set, one a picture, before its pictures are looked at.
 * @throws AtelierError `data` for folders and captions that cannot be used, by name.
 */
export async function listCaptions(
  files: FileStore,
  data: Pick<DataConfig, "folder" | "folders" | "captions" | "prompt" | "repeats" | "flip">,
): Promise<string[]> {
  const captions: string[] = [];
  for (const folder of [{ folder: data.folder }, ...data.folders]) {
    const { pictures } = await readFolder(files, folderSettings(data, folder));
    captions.push(...pictures.map(({ caption }) => caption));
  }
  return captions;
}

function readFolder(
  files: FileStore,
  { folder, captions, prompt }: Pick<DataConfig, "folder" | "captions" | "prompt">,
) {
  return readCaptionedFolder(files, folder, { prompt, onlyPrompt: captions === "prompt" });
}
