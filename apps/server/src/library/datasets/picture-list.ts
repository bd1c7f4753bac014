/** @file The pictures of data sets as lists: what their headers and captions say, read once for each version of a file. */

import type { Stats } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Picture } from "../../api/datasets.js";
import { type FactCache, openFactCache } from "../folder/fact-cache.js";
import { mapSome } from "../folder/in-turn.js";
import type { LibraryFolder } from "../folder/library-folder.js";
import { statMany, versionOf } from "../folder/stat-many.js";
import { tellProblem } from "../folder/tell.js";
import { readCaption } from "./captions.js";
import { type DatasetNames, listDataset } from "./dataset-folder.js";
import { isWhole, type PictureFacts, pictureFacts, readPictureFacts } from "./picture-facts.js";

/** Headers that are read at once. */
const atOnce = 8;

/** A picture with what its header says. */
export interface ListedPicture {
  readonly name: string;
  readonly stats: Stats;
  readonly facts: PictureFacts;
}

/** Lists pictures. */
export interface PictureList {
  /** As the API answers them, by name. @throws AtelierError `file`. */
  all(dataset: string): Promise<Picture[]>;
  /** The pictures of a data set with their facts. */
  facts(names: DatasetNames): Promise<ListedPicture[]>;
  /** The facts of one file. */
  of(dataset: string, name: string, at: { path: string; stats: Stats }): Promise<PictureFacts>;
  /** Takes along what is known of a data set that has another name from now on. */
  rename(from: string, to: string): Promise<void>;
}

interface Caches {
  readonly pictures: FactCache<PictureFacts>;
  readonly captions: FactCache<string>;
}

/** The lists of a library. */
export function createPictureList(library: LibraryFolder): PictureList {
  const open = new Map<string, Promise<Caches>>();
  const paths = async (dataset: string) => ({
    pictures: await library.cachePath("pictures", `${dataset}.json`),
    captions: await library.cachePath("captions", `${dataset}.json`),
  });
  const openCaches = async (dataset: string): Promise<Caches> => {
    const { pictures, captions } = await paths(dataset);
    return {
      pictures: await openFactCache(pictures, pictureFacts),
      captions: await openFactCache(captions, z.string()),
    };
  };
  const cachesOf = (dataset: string): Promise<Caches> => {
    const known = open.get(dataset) ?? openCaches(dataset);
    open.set(dataset, known);
    return known;
  };
  const facts: PictureList["facts"] = async ({ name, path, pictures }) => {
    const caches = await cachesOf(name);
    const found = await statMany(path, pictures);
    const present = pictures.flatMap((each) => {
      const stats = found.get(each);
      return stats === undefined ? [] : [{ name: each, stats }];
    });
    const listed = await mapSome(present, atOnce, async ({ name: each, stats }) => ({
      ...{ name: each, stats },
      facts: await caches.pictures.of(each, versionOf(stats), () =>
        readPictureFacts(join(path, each), each),
      ),
    }));
    await caches.pictures.settle(new Set(pictures));
    return listed;
  };
  return {
    facts,
    async all(dataset) {
      const names = await listDataset(library, dataset);
      const [listed, captions] = await Promise.all([
        facts(names),
        readCaptions(names, (await cachesOf(names.name)).captions),
      ]);
      return listed.map((each) => {
        const caption = captions.get(names.captions.get(each.name) ?? "");
        return describe(each, { caption, hasMask: names.masks.has(each.name) });
      });
    },
    async of(dataset, name, { path, stats }) {
      const { pictures } = await cachesOf(dataset);
      return pictures.of(name, versionOf(stats), () => readPictureFacts(path, name));
    },
    async rename(from, to) {
      open.delete(from);
      open.delete(to);
      const [old, own] = [await paths(from), await paths(to)];
      // What is not there is read anew.
      await rename(old.pictures, own.pictures).catch(() => undefined);
      await rename(old.captions, own.captions).catch(() => undefined);
    },
  };
}

async function readCaptions(
  { path, captions }: DatasetNames,
  cache: FactCache<string>,
): Promise<Map<string, string>> {
  const files = [...new Set(captions.values())];
  const found = await statMany(path, files);
  const texts = new Map<string, string>();
  await mapSome(files, atOnce, async (file) => {
    const stats = found.get(file);
    if (stats === undefined) return;
    const read = () => readCaption(join(path, file), file);
    texts.set(file, await cache.of(file, versionOf(stats), read));
  });
  await cache.settle(new Set(files));
  return texts;
}

function describe(
  { name, stats, facts }: ListedPicture,
  { caption, hasMask }: { readonly caption: string | undefined; readonly hasMask: boolean },
): Picture {
  const size = isWhole(facts)
    ? { width: facts.width, height: facts.height, hasTransparency: facts.hasAlpha }
    : {
        ...{ width: 0, height: 0, hasTransparency: false },
        problem: tellProblem("data", facts.problem),
      };
  return {
    ...{ name, ...size, hasMask },
    bytes: stats.size,
    version: versionOf(stats),
    ...(caption === undefined ? {} : { caption }),
  };
}
