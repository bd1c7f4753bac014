/** @file Data sets of the library: a function for each route of the contract. */

import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { said } from "@atelier/engine";
import type { Dataset } from "../../api/datasets.js";
import { mapSome } from "../folder/in-turn.js";
import { attempt, libraryError, orAbsent } from "../folder/library-error.js";
import type { LibraryFolder } from "../folder/library-folder.js";
import { moveFolder } from "../folder/publish.js";
import { newName } from "../folder/safe-name.js";
import { statMany } from "../folder/stat-many.js";
import type { DatasetDeps, Datasets } from "./dataset-deps.js";
import { datasetPath, listDataset } from "./dataset-folder.js";
import { changeInfo, readInfo } from "./dataset-info.js";
import { maskMethods } from "./mask-methods.js";
import { pictureMethods } from "./picture-methods.js";

/** Data sets shown by so many pictures. */
const covers = 4;

/** The data sets of a library. */
export function createDatasets(deps: DatasetDeps): Datasets {
  return { ...setMethods(deps), ...pictureMethods(deps), ...maskMethods(deps) };
}

function setMethods(
  deps: DatasetDeps,
): Pick<Datasets, "list" | "create" | "get" | "change" | "remove"> {
  const { library, trash, change, changed } = deps;
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
