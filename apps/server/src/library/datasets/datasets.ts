/** @file Data sets of the library: a function for each route of the contract. */

import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { said } from "@atelier/engine";
import type { Dataset, datasetRoutes } from "../../api/datasets.js";
import type { Change } from "../../api/session.js";
import { createQueues, mapSome } from "../folder/in-turn.js";
import { attempt, libraryError, orAbsent } from "../folder/library-error.js";
import { pictureTypes, type StoredFile } from "../folder/library-file.js";
import type { LibraryFolder } from "../folder/library-folder.js";
import { moveFolder } from "../folder/publish.js";
import type { RouteMethods } from "../folder/route-methods.js";
import { newName } from "../folder/safe-name.js";
import { statMany, versionOf } from "../folder/stat-many.js";
import type { Placed, Trash, TrashGroup } from "../folder/trash.js";
import type { Bases } from "../settings/bases.js";
import { addFiles } from "./add-files.js";
import { writeCaptions } from "./captions.js";
import { cropsOf } from "./crops.js";
import {
  type DatasetNames,
  datasetPath,
  listDataset,
  masksName,
  picturePlace,
  requirePicture,
} from "./dataset-folder.js";
import { changeInfo, readInfo } from "./dataset-info.js";
import type { AddLimits } from "./incoming-file.js";
import { maskFile, storeMask } from "./masks.js";
import { isWhole, type WholeFacts } from "./picture-facts.js";
import type { PictureList } from "./picture-list.js";
import { receiveFiles } from "./receive-files.js";
import type { Thumbnails } from "./thumbnails.js";
import { turnPicture } from "./turn.js";

/** What data sets work with. */
export interface DatasetDeps {
  readonly library: LibraryFolder;
  readonly trash: Trash;
  readonly pictures: PictureList;
  readonly thumbnails: Thumbnails;
  readonly bases: Bases;
  readonly limits: AddLimits;
  readonly onChange: (change: Change) => void;
}

/** The functions. */
export type Datasets = Omit<RouteMethods<typeof datasetRoutes>, "restore">;

/** Data sets shown by so many pictures. */
const covers = 4;

/** The data sets of a library. */
export function createDatasets(deps: DatasetDeps): Datasets {
  const { library, trash, pictures, thumbnails, bases, limits } = deps;
  // What is written to one data set is written in turn: names are chosen by what is there.
  const inTurn = createQueues();
  const changed = (name: string) => deps.onChange({ kind: "dataset", name });
  const change = <Value>(name: string, work: () => Promise<Value>): Promise<Value> =>
    inTurn(name, async () => {
      try {
        return await work();
      } finally {
        changed(name);
      }
    });
  const listOf = (name: string) => listDataset(library, name);
  return {
    async list() {
      const entries = await readdir(library.folderOf("datasets"), { withFileTypes: true });
      const names = entries.filter((entry) => entry.isDirectory() && isShown(entry.name));
      return mapSome(names, 4, ({ name }) => describe(library, name));
    },
    create: ({ body: { name: given } }) => createOne(library, given, changed),
    get: ({ params: { dataset } }) => describe(library, dataset),
    change: ({ params: { dataset }, body }) =>
      change(dataset, async () => {
        const { name: given, ...info } = body;
        const { path } = await datasetPath(library, dataset);
        await changeInfo(path, info);
        const name = given === undefined ? dataset : await rename(deps, { dataset, path, given });
        if (name !== dataset) changed(name);
        return describe(library, name);
      }),
    remove: ({ params: { dataset } }) =>
      change(dataset, async () => {
        await datasetPath(library, dataset);
        return trash.put([{ stem: dataset, places: [{ section: "datasets", names: [dataset] }] }]);
      }),
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
    async mask({ params: { dataset, picture } }) {
      const names = await listOf(dataset);
      const { path, name, bytes, mtimeMs } = await maskFile(names, requirePicture(names, picture));
      return stored({ path, name, stats: { size: bytes, mtimeMs }, type: "image/png" });
    },
    setMask: ({ params: { dataset, picture: given }, body: bytes }) =>
      change(dataset, async () => {
        const names = await listOf(dataset);
        const picture = requirePicture(names, given);
        const size = await wholeFacts(deps, dataset, picture);
        await storeMask(names, picture, { bytes, size });
        return undefined;
      }),
    removeMask: ({ params: { dataset, picture: given } }) =>
      change(dataset, async () => {
        const names = await listOf(dataset);
        const { name } = await maskFile(names, requirePicture(names, given));
        const places: Placed[] = [{ section: "datasets", names: [dataset, masksName, name] }];
        return trash.put([{ stem: name, places, isReplaced: true }]);
      }),
    async crops({ params: { dataset }, query: { base, ...options } }) {
      const { latents } = await bases(base);
      return cropsOf(await pictures.facts(await listOf(dataset)), { ...options, latents });
    },
  };
}

const isShown = (name: string): boolean => !name.startsWith(".");

async function createOne(
  library: LibraryFolder,
  given: string,
  changed: (name: string) => void,
): Promise<Dataset> {
  const name = newName(given);
  await requireFree(library, name);
  const { path } = await library.place("datasets", name);
  await attempt(name, () => mkdir(path));
  changed(name);
  return describe(library, name);
}

/** @throws AtelierError `file`, taken, also where only some systems hold the names for the same. */
async function requireFree(library: LibraryFolder, name: string, except?: string): Promise<void> {
  const key = name.toLowerCase();
  const others = await readdir(library.folderOf("datasets"));
  const other = others.find(
    (each) => each.normalize("NFC").toLowerCase() === key && each !== except,
  );
  if (other === undefined) return;
  throw libraryError(
    "taken",
    said`data set ${name}: expected a name that is free, got that of ${other}. Choose another.`,
  );
}

async function rename(
  { library, pictures }: DatasetDeps,
  {
    dataset,
    path,
    given,
  }: { readonly dataset: string; readonly path: string; readonly given: string },
): Promise<string> {
  const name = newName(given);
  if (name === dataset) return name;
  await requireFree(library, name, dataset);
  const target = await library.place("datasets", name);
  if (!(await moveFolder(path, target.path))) {
    throw libraryError(
      "taken",
      said`data set ${name}: expected a name that is free, got a taken one. Choose another.`,
    );
  }
  await pictures.rename(dataset, name);
  return name;
}

async function describe(library: LibraryFolder, name: string): Promise<Dataset> {
  const { path, pictures, captions } = await listDataset(library, name);
  const { trigger, subject } = await readInfo(path);
  const stats = await statMany(path, pictures);
  const [own, info] = [await stat(path), await orAbsent(stat(join(path, "dataset.json")))];
  const step = Math.max(1, Math.floor(pictures.length / covers));
  return {
    ...{ name, trigger, subject },
    pictures: pictures.length,
    captioned: pictures.filter((picture) => captions.has(picture)).length,
    bytes: [...stats.values()].reduce((sum, { size }) => sum + size, 0),
    cover: pictures.filter((_, index) => index % step === 0).slice(0, covers),
    changed: new Date(Math.max(own.mtimeMs, info?.mtimeMs ?? 0)).toISOString(),
  };
}

/** A picture whose header can be read. @throws AtelierError `file`. */
async function wholeFacts(
  { library, pictures }: DatasetDeps,
  dataset: string,
  picture: string,
): Promise<WholeFacts> {
  const at = await picturePlace(library, dataset, picture);
  const facts = await pictures.of(dataset, picture, at);
  if (isWhole(facts)) return facts;
  throw libraryError("refused", facts.problem);
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

/** A file as it lies there. */
function stored({
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
