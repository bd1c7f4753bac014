/** @file Pictures of data sets: a function for each route of the contract. */

import { pictureTypes } from "../folder/library-file.js";
import type { Placed, TrashGroup } from "../folder/trash.js";
import { addFiles } from "./add-files.js";
import { writeCaptions } from "./captions.js";
import { cropsOf } from "./crops.js";
import { type DatasetDeps, type Datasets, stored, wholeFacts } from "./dataset-deps.js";
import {
  type DatasetNames,
  datasetPath,
  listDataset,
  masksName,
  picturePlace,
  requirePicture,
} from "./dataset-folder.js";
import { receiveFiles } from "./receive-files.js";
import { turnPicture } from "./turn.js";

/** The functions. */
export function pictureMethods(
  deps: DatasetDeps,
): Pick<
  Datasets,
  "pictures" | "add" | "file" | "thumbnail" | "captions" | "removePictures" | "turn" | "crops"
> {
  const { library, trash, pictures, thumbnails, bases, limits, change } = deps;
  const listOf = (name: string) => listDataset(library, name);
  return {
    pictures: ({ params: { dataset } }) => pictures.all(dataset),
    async add({ params: { dataset }, body }) {
      await datasetPath(library, dataset);
      await using folder = await library.incoming();
      const receipt = await receiveFiles(body, { folder: folder.path, limits });
      return await change(dataset, () => addFiles(library, dataset, receipt));
    },
    async file({ params: { dataset, picture } }) {
      const { path, stats } = await picturePlace(library, dataset, picture);
      const { format } = await wholeFacts(deps, dataset, picture);
      return stored({ path, name: picture, stats, type: pictureTypes[format] });
    },
    async thumbnail({ params: { dataset, picture }, query: { edge } }) {
      const { path, stats } = await picturePlace(library, dataset, picture);
      return thumbnails({ path, stats, name: picture, edge });
    },
    captions: ({ params: { dataset }, body }) =>
      change(dataset, async () => writeCaptions(trash, await listOf(dataset), body.captions)),
    removePictures: ({ params: { dataset }, body }) =>
      change(dataset, async () => trash.put(groupsOf(await listOf(dataset), body.pictures))),
    turn: ({ params: { dataset, picture: given }, body: { degrees } }) =>
      change(dataset, async () => {
        const names = await listOf(dataset);
        const picture = requirePicture(names, given);
        const { format } = await wholeFacts(deps, dataset, picture);
        return turnPicture(trash, names, { picture, format, degrees });
      }),
    async crops({ params: { dataset }, query: { base, ...options } }) {
      const { latents } = await bases(base);
      return cropsOf(await pictures.facts(await listOf(dataset)), { ...options, latents });
    },
  };
}

/** Each picture with its caption and its mask, where no other picture has the same. */
function groupsOf(names: DatasetNames, pictures: readonly string[]): TrashGroup[] {
  const removed = [...new Set(pictures.map((each) => requirePicture(names, each)))];
  return removed.map((picture) => {
    const caption = names.captions.get(picture);
    const mask = names.masks.get(picture);
    const isOwn = !names.sharesStem(picture);
    const place = (...below: string[]): Placed => ({
      section: "datasets",
      names: [names.name, ...below],
    });
    const places = [
      place(picture),
      ...(caption !== undefined && (isOwn || caption === `${picture}.txt`) ? [place(caption)] : []),
      ...(mask !== undefined && isOwn ? [place(masksName, mask)] : []),
    ];
    return { stem: picture.replace(/\.[^.]*$/, ""), places };
  });
}
