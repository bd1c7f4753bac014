/** @file Small pictures for lists, made once for each version of a picture and kept in the cache up to a limit. */

import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { identifyPicture } from "@atelier/diffusion/data";
import { messageOf, said } from "@atelier/engine";
import sharp from "sharp";
import { createGate } from "../folder/in-turn.js";
import { libraryError, orAbsent } from "../folder/library-error.js";
import type { StoredFile } from "../folder/library-file.js";
import type { LibraryFolder } from "../folder/library-folder.js";
import { writeWhole } from "../folder/publish.js";
import { versionOf } from "../folder/stat-many.js";
import { maxPixels, readHead } from "./picture-facts.js";

/** A picture to be made small. */
export interface ThumbnailRequest {
  readonly path: string;
  readonly name: string;
  readonly stats: Stats;
  /** Pixels of the longer side, at most. */
  readonly edge: number;
}

/** Makes thumbnails. */
export type Thumbnails = (request: ThumbnailRequest) => Promise<StoredFile>;

/** How much of the disk they may take. */
export interface ThumbnailLimits {
  readonly maxBytes?: number;
}

/** The page enlarges pictures up to this edge without smoothing. */
const pixelArtEdge = 256;

/** Pictures decoded at once: a training may be at work on the same processor. */
const atOnce = 2;

/** The thumbnails of a library. */
export function createThumbnails(
  library: LibraryFolder,
  { maxBytes = 2 ** 30 }: ThumbnailLimits = {},
): Thumbnails {
  const gate = createGate(atOnce);
  const making = new Map<string, Promise<string>>();
  let written: number | undefined;
  const make = async (request: ThumbnailRequest, key: string): Promise<string> => {
    const path = await library.cachePath("thumbnails", `${key}.webp`);
    if ((await orAbsent(stat(path))) !== undefined) return path;
    const small = await gate(() => shrink(request));
    await writeWhole(path, small);
    written = (written ?? (await sizeOf(join(path, "..")))) + small.length;
    if (written > maxBytes) written = await prune(join(path, ".."), 0.8 * maxBytes);
    return path;
  };
  return async (request) => {
    const { path, name, stats, edge } = request;
    const version = versionOf(stats);
    const key = createHash("sha256")
      .update(JSON.stringify([path, version, edge]))
      .digest("hex");
    const made = making.get(key) ?? make(request, key);
    making.set(key, made);
    try {
      const file = await made;
      const { size } = await stat(file);
      return {
        kind: "stored",
        ...{
          path: file,
          bytes: size,
          type: "image/webp",
          name: `${name}.webp`,
          version: key.slice(0, 20),
        },
      };
    } finally {
      making.delete(key);
    }
  };
}

async function shrink({ path, name, edge }: ThumbnailRequest): Promise<Uint8Array> {
  if (typeof identifyPicture(await readHead(path, name)) !== "string") throw undecodable(name);
  try {
    const picture = sharp(path, { limitInputPixels: maxPixels, failOn: "error" });
    const { width, height } = await picture.metadata();
    // Pictures that are shown pixel by pixel are shown as they are.
    const lossless = Math.max(width, height) <= pixelArtEdge;
    return await picture
      .autoOrient()
      .resize(edge, edge, { fit: "inside", withoutEnlargement: true })
      .webp(lossless ? { lossless } : { quality: 82 })
      .toBuffer();
  } catch (cause) {
    throw undecodable(name, cause);
  }
}

const undecodable = (name: string, cause?: unknown) =>
  libraryError(
    "refused",
    said`picture ${name}: expected a whole picture, got one that does not decode (${cause === undefined ? "its first bytes are of no known kind" : messageOf(cause).slice(0, 200)}). Replace or remove it.`,
    cause,
  );

async function sizeOf(folder: string): Promise<number> {
  const files = await filesOf(folder);
  return files.reduce((sum, { size }) => sum + size, 0);
}

async function filesOf(
  folder: string,
): Promise<{ readonly path: string; readonly size: number; readonly mtimeMs: number }[]> {
  const files = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const info = await orAbsent(stat(path));
    if (info !== undefined) files.push({ path, size: info.size, mtimeMs: info.mtimeMs });
  }
  return files;
}

/** Removes the oldest until no more than so many bytes are left. @returns how many are */
async function prune(folder: string, most: number): Promise<number> {
  const files = (await filesOf(folder)).sort((one, other) => one.mtimeMs - other.mtimeMs);
  let left = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of files) {
    if (left <= most) break;
    await rm(path, { force: true });
    left -= size;
  }
  return left;
}
