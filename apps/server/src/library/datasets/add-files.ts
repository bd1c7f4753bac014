/**
 * @file Puts files that have arrived into a data set: pictures under names that are free, captions and masks beside the
 * pictures that they came with, or for those that are there. Nothing that is there is replaced.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { indexPictureNames, probePicture, stemOf } from "@atelier/diffusion/data";
import { sharpPictures } from "@atelier/diffusion/node";
import { AtelierError, said } from "@atelier/engine";
import type { Added } from "../../api/datasets.js";
import { reasonOf } from "../folder/library-error.js";
import type { LibraryFolder } from "../folder/library-folder.js";
import { moveFile, writeWhole } from "../folder/publish.js";
import { nameKey } from "../folder/safe-name.js";
import { walkDown } from "../folder/safe-path.js";
import { captionNameFor, decodeCaption, readCaption } from "./captions.js";
import { type DatasetNames, isCaptionName, listDataset } from "./dataset-folder.js";
import { type Receipt, type ReceivedFile, skip } from "./incoming-file.js";
import { greyMask, storeMask } from "./masks.js";
import { createNamer, type Namer } from "./new-names.js";

/** A picture that has arrived, checked. */
interface ArrivedPicture extends ReceivedFile {
  readonly format: string;
  readonly width: number;
  readonly height: number;
}

/** What has been done so far; the answer in the end. */
interface Progress {
  readonly added: string[];
  readonly renamed: Added["renamed"];
  readonly skipped: Added["skipped"];
  /** Names that pictures have got, by the key of how they were called with their folders. */
  readonly placed: Map<string, string>;
}

/** Adds what has arrived. @throws AtelierError `file`. */
export async function addFiles(
  library: LibraryFolder,
  dataset: string,
  { files, skipped }: Receipt,
): Promise<Added> {
  const progress: Progress = { added: [], renamed: [], skipped: [...skipped], placed: new Map() };
  const captions = files.filter(({ name }) => isCaptionName(name));
  const pictures: ArrivedPicture[] = [];
  for (const file of files) {
    if (isCaptionName(file.name)) continue;
    const picture = await check(file, progress);
    if (picture !== undefined) pictures.push(picture);
  }
  const masks = masksAmong(pictures);
  const names = await listDataset(library, dataset);
  const namer = await createNamer(names);
  for (const picture of pictures) {
    if (!masks.has(picture)) await placePicture(names, namer, { picture, progress });
  }
  const now = await listDataset(library, dataset);
  return {
    ...{ added: progress.added, renamed: progress.renamed },
    captions: await placeAll(captions, (file) => placeCaption(now, file, progress)),
    masks: await placeAll([...masks], ([file, of]) => placeMask(now, { file, of, progress })),
    skipped: progress.skipped,
  };
}

/** Holds a file to what the trainer takes. */
async function check(
  file: ReceivedFile,
  { skipped }: Progress,
): Promise<ArrivedPicture | undefined> {
  try {
    const bytes = await readFile(file.path);
    const { format, width, height } = await probePicture({ name: file.name, bytes }, sharpPictures);
    return { ...file, format, width, height };
  } catch (error) {
    if (!(error instanceof AtelierError)) throw error;
    skipped.push(skip(file.name, error.sentence));
    return undefined;
  }
}

/** Pictures in a folder `masks` that are named as pictures beside that folder are, with the key of theirs. */
function masksAmong(pictures: readonly ArrivedPicture[]): Map<ArrivedPicture, string> {
  const stems = new Set(pictures.map(({ name }) => keyOfStem(name)));
  return new Map(
    pictures.flatMap((picture) => {
      const parts = picture.name.split("/");
      const isBeside = parts.at(-2)?.toLowerCase() === "masks" && picture.format === "png";
      const key = keyOfStem([...parts.slice(0, -2), parts.at(-1) ?? ""].join("/"));
      return isBeside && stems.has(key) ? [[picture, key] as const] : [];
    }),
  );
}

async function placePicture(
  { path }: DatasetNames,
  namer: Namer,
  { picture, progress }: { readonly picture: ArrivedPicture; readonly progress: Progress },
): Promise<void> {
  const { name, format } = picture;
  const twin = await namer.twinOf(picture);
  if (twin !== undefined) {
    remember(progress, name, twin);
    progress.skipped.push(
      skip(name, said`${name}: the data set has this very picture already, as ${twin}.`),
    );
    return;
  }
  for (const free of namer.namesFor(name, format)) {
    if (!(await moveFile(picture.path, join(path, free)))) continue;
    namer.take(free);
    progress.added.push(free);
    remember(progress, name, free);
    const last = name.split("/").at(-1) ?? name;
    if (free !== last) progress.renamed.push({ name: name.slice(0, 500), as: free });
    return;
  }
}

function remember({ placed }: Progress, name: string, as: string): void {
  placed.set(nameKey(name), as);
  const stem = keyOfStem(name);
  if (!placed.has(stem)) placed.set(stem, as);
}

const keyOfStem = (name: string): string => nameKey(stemOf(name));

/** How many of them it did. */
async function placeAll<Item>(
  items: readonly Item[],
  place: (item: Item) => Promise<boolean>,
): Promise<number> {
  let count = 0;
  for (const item of items) if (await place(item)) count += 1;
  return count;
}

async function placeCaption(
  names: DatasetNames,
  { name, path }: ReceivedFile,
  { placed, skipped }: Progress,
): Promise<boolean> {
  const last = name.split("/").at(-1) ?? name;
  const own = placed.get(nameKey(stemOf(name))) ?? placed.get(keyOfStem(name));
  const [picture = own] =
    own === undefined ? indexPictureNames(names.pictures).describedBy(last) : [];
  if (picture === undefined) {
    skipped.push(
      skip(
        name,
        said`${name}: expected the caption of a picture, got none of that name. Add the picture with it.`,
      ),
    );
    return false;
  }
  const text = decodeCaption(await readFile(path));
  const there = names.captions.get(picture);
  if (there !== undefined) {
    const isSame = (await readCaption(join(names.path, there), there)) === text;
    if (!isSame) {
      skipped.push(
        skip(
          name,
          said`${name}: ${picture} has a caption already, which stays. Change it in the data set.`,
        ),
      );
    }
    return false;
  }
  const place = await walkDown(names.path, [captionNameFor(names, picture)]);
  await writeWhole(place.path, `${text}\n`);
  return true;
}

async function placeMask(
  names: DatasetNames,
  {
    file,
    of,
    progress: { placed, skipped },
  }: { readonly file: ArrivedPicture; readonly of: string; readonly progress: Progress },
): Promise<boolean> {
  const picture = placed.get(of);
  if (picture === undefined || names.masks.has(picture)) return false;
  try {
    const bytes = await readFile(file.path);
    const whole = await readFile(join(names.path, picture));
    const size = await probePicture({ name: picture, bytes: whole }, sharpPictures);
    await storeMask(names, picture, { bytes: await greyMask(bytes, size, picture), size });
    return true;
  } catch (error) {
    if (!(error instanceof AtelierError) || reasonOf(error) !== "refused") throw error;
    skipped.push(skip(file.name, error.sentence));
    return false;
  }
}
