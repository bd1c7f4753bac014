/** @file What the functions of data sets work with, and what several of them do. */

import type { datasetRoutes } from "../../api/datasets.js";
import type { Change } from "../../api/session.js";
import { createQueues } from "../folder/in-turn.js";
import { libraryError } from "../folder/library-error.js";
import type { StoredFile } from "../folder/library-file.js";
import type { LibraryFolder } from "../folder/library-folder.js";
import type { RouteMethods } from "../folder/route-methods.js";
import { versionOf } from "../folder/stat-many.js";
import type { Trash } from "../folder/trash.js";
import type { Bases } from "../settings/bases.js";
import { picturePlace } from "./dataset-folder.js";
import type { AddLimits } from "./incoming-file.js";
import { isWhole, type WholeFacts } from "./picture-facts.js";
import type { PictureList } from "./picture-list.js";
import type { Thumbnails } from "./thumbnails.js";

/** A function for each route. */
export type Datasets = Omit<RouteMethods<typeof datasetRoutes>, keyof TrashMethods>;

/** What those of the trash do, which is all of the library's. */
export type TrashMethods = RouteMethods<
  Pick<typeof datasetRoutes, "restore" | "trash" | "emptyTrash">
>;

/** Changes to data sets: one after another for each, since names are chosen by what is there. */
export interface DatasetChanges {
  /** Does it when everything before it is done, and tells of it. */
  readonly change: <Value>(name: string, work: () => Promise<Value>) => Promise<Value>;
  /** Tells that a data set has changed. */
  readonly changed: (name: string) => void;
}

/** What data sets work with. */
export interface DatasetDeps extends DatasetChanges {
  readonly library: LibraryFolder;
  readonly trash: Trash;
  readonly pictures: PictureList;
  readonly thumbnails: Thumbnails;
  readonly bases: Bases;
  readonly limits: AddLimits;
}

/** Changes that somebody hears of. */
export function createChanges(onChange: (change: Change) => void): DatasetChanges {
  const inTurn = createQueues();
  const changed = (name: string) => onChange({ kind: "dataset", name });
  return {
    changed,
    change: (name, work) =>
      inTurn(name, async () => {
        try {
          return await work();
        } finally {
          changed(name);
        }
      }),
  };
}

/** A picture whose header can be read. @throws AtelierError `file`. */
export async function wholeFacts(
  { library, pictures }: DatasetDeps,
  dataset: string,
  picture: string,
): Promise<WholeFacts> {
  const at = await picturePlace(library, dataset, picture);
  const facts = await pictures.of(dataset, picture, at);
  if (isWhole(facts)) return facts;
  throw libraryError("refused", facts.problem);
}

/** A file as it lies there. */
export function stored({
  path,
  name,
  stats,
  type,
}: {
  readonly path: string;
  readonly name: string;
  readonly stats: { readonly size: number; readonly mtimeMs: number };
  readonly type: string;
}): StoredFile {
  return { kind: "stored", path, name, type, bytes: stats.size, version: versionOf(stats) };
}
