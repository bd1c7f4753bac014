/** @file What was drawn: a function for each route of the contract, and where jobs put theirs. */

import { copyFile, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Sentence, said, sentenceIn } from "@atelier/engine";
import { z } from "zod";
import type { Added } from "../../api/datasets.js";
import { drawing } from "../../api/jobs.js";
import type { Drawn, libraryRoutes } from "../../api/library.js";
import type { Change } from "../../api/session.js";
import type { Receipt } from "../datasets/incoming-file.js";
import type { Thumbnails } from "../datasets/thumbnails.js";
import { type FactCache, openFactCache } from "../folder/fact-cache.js";
import { mapSome } from "../folder/in-turn.js";
import { attempt, libraryError } from "../folder/library-error.js";
import type { LibraryFolder } from "../folder/library-folder.js";
import type { Origin, Origins } from "../folder/origins.js";
import { moveUnderFreeName } from "../folder/publish.js";
import type { RouteMethods } from "../folder/route-methods.js";
import { statMany, versionOf } from "../folder/stat-many.js";
import { travelling } from "../folder/tell.js";
import type { Trash } from "../folder/trash.js";
import { type ResolveName, readDrawnSettings } from "./drawn-settings.js";

/** What drawings work with. */
export interface DrawingDeps {
  readonly library: LibraryFolder;
  readonly trash: Trash;
  readonly origins: Origins;
  readonly thumbnails: Thumbnails;
  /** Adds files that have arrived to a data set. */
  readonly addTo: (dataset: string, receipt: Receipt) => Promise<Added>;
  /** Names of models, adapters and words as the library has them. */
  readonly resolveNames: () => Promise<ResolveName>;
  readonly onChange: (change: Change) => void;
}

/** The functions. */
export interface Drawings
  extends RouteMethods<
    Pick<typeof libraryRoutes, "drawings" | "drawing" | "removeDrawings" | "keepDrawing" | "read">
  > {
  /** Moves a picture of a job to the drawings. @returns what it is called */
  readonly placeDrawing: (made: MadeDrawing) => Promise<string>;
}

/** A picture that a job has drawn. */
export interface MadeDrawing {
  readonly path: string;
  readonly name: string;
  readonly origin?: Origin;
}

/** Names that the API takes. */
const drawingName = /^[\w.-]+\.png$/;

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

/** The drawings of a library. */
export function createDrawings(deps: DrawingDeps): Drawings {
  const { library, trash, origins, thumbnails, addTo, resolveNames, onChange } = deps;
  const list = createList(library);
  let opened: Promise<FactCache<DrawnFacts>> | undefined;
  const cache = (): Promise<FactCache<DrawnFacts>> => {
    opened ??= library.cachePath("drawings.json").then((path) => openFactCache(path, drawnFacts));
    return opened;
  };
  const placeOf = async (name: string) => {
    const { path, stats } = await library.place("drawings", name);
    if (stats?.isFile() === true && drawingName.test(name) && !name.startsWith("."))
      return { path, stats };
    throw libraryError(
      "absent",
      said`drawing ${name}: expected one of the library, got none of that name.`,
    );
  };
  return {
    async drawings({ query: { limit, after, job } }) {
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
        const read = () => readFacts(join(library.folderOf("drawings"), each.name));
        return asDrawn(each, await facts.of(each.name, each.version, read), told.get(each.name));
      });
      await facts.settle(new Set(all.map(({ name }) => name)));
      const last = shown.at(-1);
      const isLast = last === undefined || from + limit >= found.length;
      return { drawings: drawn, ...(isLast ? {} : { next: cursorOf(last) }) };
    },
    async drawing({ params: { drawing: name }, query: { edge } }) {
      const { path, stats } = await placeOf(name);
      if (edge !== undefined) {
        const { width, height } = await readFacts(path);
        if (Math.max(width, height) > edge) return thumbnails({ path, name, stats, edge });
      }
      const described = { name, type: "image/png", version: versionOf(stats) };
      return { kind: "stored", path, bytes: stats.size, ...described };
    },
    async removeDrawings({ body: { drawings: names } }) {
      const groups = [...new Set(names)].map((name) => ({
        stem: name.replace(/\.png$/, ""),
        places: [{ section: "drawings" as const, names: [name] }, origins.place("drawings", name)],
      }));
      for (const name of names) await placeOf(name);
      const kept = await trash.put(groups);
      onChange({ kind: "drawing", name: "" });
      return kept;
    },
    async keepDrawing({ params: { drawing: name }, body: { dataset } }) {
      const { path } = await placeOf(name);
      await using folder = await library.incoming();
      const { settings } = await readFacts(path);
      const receipt = await copyInto(folder.path, { path, name, prompt: settings.prompt ?? "" });
      const { added, skipped } = await addTo(dataset, receipt);
      const [picture = name] = added;
      // What is there already needs no copy.
      const { stats } = await library.place("datasets", dataset, picture);
      if (stats !== undefined) return { picture };
      throw libraryError("refused", refusalIn(skipped, name));
    },
    async read({ body }) {
      const { settings, notes } = await readDrawnSettings(body, await resolveNames());
      return {
        settings,
        notes: notes.map((note) => ({ message: sentenceIn(note, {}), sentence: travelling(note) })),
      };
    },
    async placeDrawing({ path, name: given, origin = {} }) {
      const clean = given
        .replace(/[^\w.-]+/g, "-")
        .replace(/^[.-]+/, "")
        .slice(-120);
      const name = await moveUnderFreeName(path, {
        folder: library.folderOf("drawings"),
        name: drawingName.test(clean) ? clean : "drawing.png",
      });
      await origins.tell("drawings", name, origin);
      onChange({ kind: "drawing", name });
      return name;
    },
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

async function readFacts(path: string): Promise<DrawnFacts> {
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

/** Why a picture was not taken. */
function refusalIn([first]: Added["skipped"], name: string): Sentence {
  const { sentence } = first ?? {};
  // A sentence that has travelled has params of the same kinds, at any depth.
  return sentence === undefined ? said`${name}: was not taken.` : (sentence as Sentence);
}

/** A copy of a drawing and its prompt as files on their way into a data set. */
async function copyInto(
  folder: string,
  { path, name, prompt }: { readonly path: string; readonly name: string; readonly prompt: string },
): Promise<Receipt> {
  const picture = join(folder, "picture");
  await attempt(name, () => copyFile(path, picture));
  const files = [{ name, path: picture, bytes: (await stat(picture)).size }];
  if (prompt === "") return { files, skipped: [] };
  const caption = join(folder, "caption");
  await attempt(name, () => writeFile(caption, prompt));
  const text = { name: name.replace(/\.png$/, ".txt"), path: caption, bytes: prompt.length };
  return { files: [...files, text], skipped: [] };
}
