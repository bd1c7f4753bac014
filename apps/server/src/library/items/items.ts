/** @file Models, adapters and words of the library: a function for each route of the contract, and where jobs put theirs. */

import { said } from "@atelier/engine";
import type { Item, libraryRoutes } from "../../api/library.js";
import type { Change } from "../../api/session.js";
import { type FactCache, openFactCache } from "../folder/fact-cache.js";
import { createQueues, mapSome } from "../folder/in-turn.js";
import { libraryError } from "../folder/library-error.js";
import type { LibraryFolder } from "../folder/library-folder.js";
import type { Origin, Origins } from "../folder/origins.js";
import { moveUnderFreeName } from "../folder/publish.js";
import type { RouteMethods } from "../folder/route-methods.js";
import { cleanItemName } from "../folder/safe-name.js";
import type { Placed, Trash } from "../folder/trash.js";
import { receiveItem } from "./add-item.js";
import { describeItem, type ItemFacts, itemFacts, pictureOf } from "./describe-item.js";
import {
  findItem,
  type ItemPlace,
  isItemName,
  itemKinds,
  itemSections,
  listItems,
} from "./item-files.js";
import { zipOf } from "./stream-zip.js";

/** What items work with. */
export interface ItemDeps {
  readonly library: LibraryFolder;
  readonly trash: Trash;
  readonly origins: Origins;
  readonly onChange: (change: Change) => void;
}

/** The functions. */
export interface Items
  extends RouteMethods<
    Pick<typeof libraryRoutes, "list" | "get" | "add" | "remove" | "file" | "picture">
  > {
  /**
   * Moves a finished file or folder into the library, under its name or the first that is free.
   * @returns what it is called
   */
  readonly place: (kind: Item["kind"], made: MadeItem) => Promise<string>;
}

/** Something that a job has made. */
export interface MadeItem {
  /** On the library's disk, such as in the job's folder. */
  readonly path: string;
  readonly name: string;
  readonly origin?: Origin;
}

/** Headers that are read at once. */
const atOnce = 2;

/** The items of a library. */
export function createItems(deps: ItemDeps): Items {
  const { library, trash, origins, onChange } = deps;
  const caches = new Map<Item["kind"], Promise<FactCache<ItemFacts>>>();
  const cacheOf = (kind: Item["kind"]): Promise<FactCache<ItemFacts>> => {
    const open = async () =>
      openFactCache(await library.cachePath("items", `${kind}.json`), itemFacts);
    const known = caches.get(kind) ?? open();
    caches.set(kind, known);
    return known;
  };
  const inTurn = createQueues();
  const describe = async (place: ItemPlace): Promise<Item> => {
    const cache = await cacheOf(place.kind);
    const facts = await cache.of(place.name, place.version, () => describeItem(place));
    const { run } = await origins.of(itemSections[place.kind], place.name);
    return asItem(place, facts, run);
  };
  const place: Items["place"] = (kind, { path, name: given, origin = {} }) =>
    // Names are unique among all kinds.
    inTurn("items", async () => {
      const name = await moveUnderFreeName(
        path,
        { folder: library.folderOf(itemSections[kind]), name: cleanItemName(given, kind) },
        (free) => isItemName(library, free),
      );
      await origins.tell(itemSections[kind], name, origin);
      onChange({ kind: "item", name });
      return name;
    });
  return {
    place,
    async list({ query: { kind } }) {
      const found: Item[] = [];
      for (const each of kind === undefined ? itemKinds : [kind]) {
        const places = await listItems(library, each);
        found.push(...(await mapSome(places, atOnce, describe)));
        await (await cacheOf(each)).settle(new Set(places.map(({ name }) => name)));
      }
      return found;
    },
    get: async ({ params: { name } }) => describe(await findItem(library, name)),
    async add({ body }) {
      await using folder = await library.incoming();
      for await (const file of body) {
        if (file.name === "") continue;
        const { kind, path, name } = await receiveItem(file, { folder: folder.path });
        return await describe(await findItem(library, await place(kind, { path, name })));
      }
      throw libraryError("refused", said`upload: expected a .safetensors file, got none.`);
    },
    remove: ({ params: { name } }) =>
      inTurn("items", async () => {
        const { kind } = await findItem(library, name);
        const section = itemSections[kind];
        const places: Placed[] = [{ section, names: [name] }, origins.place(section, name)];
        const kept = await trash.put([{ stem: name, places }]);
        onChange({ kind: "item", name });
        return kept;
      }),
    async file({ params: { name } }) {
      const found = await findItem(library, name);
      const { path, isFolder, files, version, leak } = found;
      if (leak !== undefined) {
        throw libraryError(
          "refused",
          said`${name}: expected files of the library, got a link that leads out of it (${leak}). Copy there what the link means.`,
        );
      }
      const [file] = files;
      if (!isFolder && file !== undefined) {
        const type = "application/octet-stream";
        return { kind: "stored", path, name, type, bytes: file.bytes, version };
      }
      const packed = zipOf(files.map((each) => ({ ...each, name: `${name}/${each.name}` })));
      return { kind: "streamed", ...packed, name: `${name}.zip`, type: "application/zip", version };
    },
    async picture({ params: { name } }) {
      const found = await findItem(library, name);
      const picture = await pictureOf(found);
      if (picture === undefined) {
        throw libraryError("absent", said`${name}: expected a picture in it, got none.`);
      }
      return { kind: "held", ...picture, name: `${name}.picture`, version: found.version };
    },
  };
}

function asItem(place: ItemPlace, known: ItemFacts, run: string | undefined): Item {
  const { is: _, ...facts } = known;
  return {
    ...facts,
    ...{ name: place.name, kind: place.kind },
    bytes: place.files.reduce((sum, { bytes }) => sum + bytes, 0),
    changed: new Date(place.changedMs).toISOString(),
    ...(run === undefined ? {} : { run }),
  };
}
