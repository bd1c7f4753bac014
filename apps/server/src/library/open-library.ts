/**
 * @file The library: everything about files in the Studio, as functions that correspond to the routes of the contract.
 * HTTP binds them, jobs use what they publish with.
 */

import type { Change } from "../api/session.js";
import { addFiles } from "./datasets/add-files.js";
import { createChanges, type Datasets, type TrashMethods } from "./datasets/dataset-deps.js";
import { createDatasets } from "./datasets/datasets.js";
import { type AddLimits, usualLimits } from "./datasets/incoming-file.js";
import { createPictureList } from "./datasets/picture-list.js";
import { createThumbnails, type ThumbnailLimits } from "./datasets/thumbnails.js";
import { createDrawings, type Drawings } from "./drawings/drawings.js";
import type { ResolveName } from "./drawings/found-settings.js";
import { type LibraryFolder, openLibraryFolder, type Section } from "./folder/library-folder.js";
import { createOrigins, type Origins } from "./folder/origins.js";
import { createTrash, type Trash } from "./folder/trash.js";
import { itemKinds, listItems } from "./items/item-files.js";
import { createItems, type Items } from "./items/items.js";
import { createRuns, type Runs } from "./runs/runs.js";
import { createBases } from "./settings/bases.js";
import { createSettings, type Settings } from "./settings/settings.js";

/** The open library. */
export interface Library {
  /** Its folder, for those who keep things of their own in it. */
  readonly folder: LibraryFolder;
  readonly datasets: Datasets;
  readonly items: Items;
  readonly drawings: Drawings;
  readonly runs: Runs;
  readonly settings: Settings;
  readonly trash: TrashMethods;
  /** Deletes what has lain in the trash for so long that nobody will ask for it. */
  readonly expireTrash: () => Promise<void>;
  /** What is known of runs, items and drawings that their files do not say. */
  readonly origins: Origins;
  readonly close: () => Promise<void>;
}

const dayMs = 24 * 60 * 60 * 1000;

/** As long as what was removed can be brought back. */
const trashDays = 30;

/** How a library is opened. */
export interface LibraryOptions {
  /** Hears of everything that changes. */
  readonly onChange?: (change: Change) => void;
  readonly limits?: Partial<AddLimits>;
  readonly thumbnails?: ThumbnailLimits;
}

/**
 * Opens a library, or makes one where there is none.
 * @throws AtelierError `file` where it cannot be, `config` for the library of a newer Atelier.
 */
export async function openLibrary(
  path: string,
  { onChange = () => {}, limits = {}, thumbnails: thumbnailLimits }: LibraryOptions = {},
): Promise<Library> {
  const library = await openLibraryFolder(path);
  const trash = createTrash(library);
  const origins = createOrigins(library);
  const pictures = createPictureList(library);
  const thumbnails = createThumbnails(library, thumbnailLimits);
  const bases = createBases(library);
  const common = { library, trash, origins, onChange };
  const changes = createChanges(onChange);
  const datasets = createDatasets({
    ...{ library, trash, pictures, thumbnails, bases, ...changes },
    limits: { ...usualLimits, ...limits },
  });
  const drawings = createDrawings({
    ...{ ...common, thumbnails },
    addTo: (dataset, receipt) => changes.change(dataset, () => addFiles(library, dataset, receipt)),
    resolveNames: () => namesOf(library),
  });
  return {
    folder: library,
    ...{ datasets, drawings, origins },
    items: createItems(common),
    runs: createRuns(common),
    settings: createSettings({ library, pictures, bases }),
    trash: {
      restore: ({ params: { trash: id } }) => restore(trash, id, onChange),
      trash: () => trash.measure(),
      emptyTrash: () => trash.empty(),
    },
    expireTrash: async () => {
      await trash.empty({ olderThanMs: trashDays * dayMs });
    },
    close: async () => {},
  };
}

async function restore(trash: Trash, id: string, onChange: (change: Change) => void) {
  const { restored, places } = await trash.restore(id);
  const changes = places.flatMap(({ section, names: [name = ""] }) => {
    const kind = changeOf[section];
    return kind === undefined ? [] : [{ kind, name }];
  });
  // Many pictures are one change of their data set.
  const distinct = new Map(changes.map((change) => [`${change.kind} ${change.name}`, change]));
  for (const change of distinct.values()) onChange(change);
  return { restored };
}

const changeOf: { readonly [Each in Section]?: Change["kind"] } = {
  ...{ datasets: "dataset", drawings: "drawing" },
  ...{ models: "item", adapters: "item", words: "item" },
};

/** Other programs leave out endings, or have files in folders. */
async function namesOf(library: LibraryFolder): Promise<ResolveName> {
  const names = new Map<string, string>();
  for (const kind of itemKinds) {
    for (const { name } of await listItems(library, kind)) {
      for (const written of [name.replace(/\.[^.]+$/, ""), name])
        names.set(`${kind} ${written}`, name);
    }
  }
  return (kind, name) => {
    const last = name.split(/[\\/]/).at(-1) ?? name;
    return (
      names.get(`${kind} ${last}`) ?? names.get(`${kind} ${last.replace(/\.[^.]+$/, "")}`) ?? last
    );
  };
}
