/** @file Lists of drawings, newest first and a page at a time, with the settings that each picture bears. */

import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { drawing } from "../../api/jobs.js";
import type { Drawn } from "../../api/library.js";
import { type FactCache, openFactCache } from "../folder/fact-cache.js";
import { mapSome } from "../folder/in-turn.js";
import { attempt } from "../folder/library-error.js";
import type { LibraryFolder } from "../folder/library-folder.js";
import type { Origin, Origins } from "../folder/origins.js";
import { statMany, versionOf } from "../folder/stat-many.js";
import { readDrawnSettings } from "./drawn-settings.js";

/** Names that the API takes. */
export const drawingName: RegExp = /^[\w.-]+\.png$/;

/** No drawing comes near. */
const mostBytes = 2 ** 26;

const drawnFacts = z.object({ width: z.number(), height: z.number(), settings: drawing.partial() });
type DrawnFacts = z.infer<typeof drawnFacts>;

/** A drawing in the list. */
interface Listed {
  readonly name: string;
  readonly createdMs: number;
  readonly version: string;
}

/** What is asked for: so many behind where the page before ended, of one job or of all. */
interface PageRequest {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly job?: string | undefined;
}

/** Gives pages. @throws AtelierError `file`. */
export type DrawingList = (
  request: PageRequest,
) => Promise<{ drawings: Drawn[]; next?: string | undefined }>;

/** The list of a library. */
export function createDrawingList({
  library,
  origins,
}: {
  readonly library: LibraryFolder;
  readonly origins: Origins;
}): DrawingList {
  const list = createList(library);
  let opened: Promise<FactCache<DrawnFacts>> | undefined;
  const cache = (): Promise<FactCache<DrawnFacts>> => {
    opened ??= library.cachePath("drawings.json").then((path) => openFactCache(path, drawnFacts));
    return opened;
  };
  return async ({ limit, after, job }) => {
    const all = await list();
    const told = await origins.ofMany(
      "drawings",
      all.map(({ name }) => name),
    );
    const found = job === undefined ? all : all.filter(({ name }) => told.get(name)?.job === job);
    const from = after === undefined ? 0 : found.findIndex((each) => isBehind(each, after));
    const shown = from < 0 ? [] : found.slice(from, from + limit);
    const facts = await cache();
    const drawn = await mapSome(shown, 8, async (each) => {
      const read = () => readDrawnFacts(join(library.folderOf("drawings"), each.name));
      return asDrawn(each, await facts.of(each.name, each.version, read), told.get(each.name));
    });
    await facts.settle(new Set(all.map(({ name }) => name)));
    const last = shown.at(-1);
    const isLast = last === undefined || from + limit >= found.length;
    return { drawings: drawn, ...(isLast ? {} : { next: cursorOf(last) }) };
  };
}

/** Newest first. Kept as long as nothing is added to the folder or taken from it. */
function createList(library: LibraryFolder): () => Promise<readonly Listed[]> {
  let kept: { readonly changedMs: number; readonly listed: readonly Listed[] } | undefined;
  return async () => {
    const folder = library.folderOf("drawings");
    const { mtimeMs } = await attempt("drawings", () => stat(folder));
    if (kept?.changedMs === mtimeMs) return kept.listed;
    const names = (await attempt("drawings", () => readdir(folder))).filter(
      (name) => drawingName.test(name) && !name.startsWith("."),
    );
    const found = await statMany(folder, names);
    const listed = [...found].flatMap(([name, stats]): Listed[] =>
      stats.isFile() ? [{ name, createdMs: stats.mtimeMs, version: versionOf(stats) }] : [],
    );
    listed.sort(
      (one, other) => other.createdMs - one.createdMs || (one.name < other.name ? 1 : -1),
    );
    // Clocks of file systems are coarse: what changes within the same tick would not be seen.
    if (Date.now() - mtimeMs > 100) kept = { changedMs: mtimeMs, listed };
    return listed;
  };
}

/** Where a page ends: the time and name of its last drawing, which may be gone when the next is asked for. */
function cursorOf({ createdMs, name }: Listed): string {
  return `${createdMs}~${name}`;
}

function isBehind({ createdMs, name }: Listed, cursor: string): boolean {
  const [time = "", last = ""] = cursor.split("~");
  const lastMs = Number(time);
  return createdMs < lastMs || (createdMs === lastMs && name < last);
}

/** What a drawing says of itself; nothing where it is damaged. */
export async function readDrawnFacts(path: string): Promise<DrawnFacts> {
  const none = { width: 0, height: 0, settings: {} };
  const { size } = await stat(path);
  if (size > mostBytes || size < 24) return none;
  const bytes = await readFile(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const { settings } = await readDrawnSettings(bytes);
    return { width: view.getUint32(16), height: view.getUint32(20), settings };
  } catch {
    // A damaged file is listed, so that it can be removed.
    return none;
  }
}

function asDrawn(
  { name, createdMs }: Listed,
  facts: DrawnFacts,
  { job, x, y }: Origin = {},
): Drawn {
  return {
    ...{ name, ...facts },
    created: new Date(createdMs).toISOString(),
    ...(job === undefined ? {} : { job }),
    ...(x === undefined ? {} : { x }),
    ...(y === undefined ? {} : { y }),
  };
}
