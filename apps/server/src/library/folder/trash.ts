/**
 * @file What was removed or replaced, and how it comes back: nothing in the library is deleted at once. Each removal is
 * a folder `trash/<id>` with a list of what came from where, written before anything is moved; the id begins with its
 * time.
 */

import { randomBytes } from "node:crypto";
import { lstat, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { said } from "@atelier/engine";
import { makeFolder } from "@atelier/engine/node";
import { z } from "zod";
import { mapSome } from "./in-turn.js";
import { attempt, codeOf, libraryError, orAbsent } from "./library-error.js";
import { type LibraryFolder, type Section, sections } from "./library-folder.js";
import { moveEntry, writeWhole } from "./publish.js";

/** A file or folder by where it stands. */
export interface Placed {
  readonly section: Section;
  readonly names: readonly string[];
}

/** What belongs together, as a picture with its caption and mask. */
export interface TrashGroup {
  /** The beginning of its files' names, which changes where they come back and their place is taken. */
  readonly stem: string;
  readonly places: readonly Placed[];
  /** Whether something else took the places: it gives way when the old comes back. */
  readonly isReplaced?: boolean;
}

/** Moves things to the trash and back. */
export interface Trash {
  /** Moves groups of files and folders; `count` is that of groups. */
  put(groups: readonly TrashGroup[]): Promise<{ readonly trash: string; readonly count: number }>;
  /**
   * Brings back what was moved; under another name where the old one is taken by now.
   * @returns where it is again
   * @throws AtelierError `file`, absent, for what is not in the trash.
   */
  restore(id: string): Promise<{ readonly restored: number; readonly places: readonly Placed[] }>;
  /** How much lies there. */
  measure(): Promise<TrashContent>;
  /** Deletes for good what was removed so long ago, or all of it. @returns how much that was */
  empty(options?: { readonly olderThanMs?: number }): Promise<TrashContent>;
}

/** What lies in the trash. */
export interface TrashContent {
  /** Of removals, each of which may be of many files. */
  readonly removals: number;
  readonly bytes: number;
}

const entryName = "trash.json";

/** Files that are moved at once. */
const atOnce = 8;

const move = z.object({
  section: z.enum(sections),
  names: z.array(z.string()).min(1),
  /** Its name in the trash. */
  kept: z.string().regex(/^\d+$/),
});
type Move = z.infer<typeof move>;

const entry = z.object({
  version: z.literal(1),
  time: z.iso.datetime(),
  groups: z.array(z.object({ stem: z.string(), isReplaced: z.boolean(), moves: z.array(move) })),
});
type Entry = z.infer<typeof entry>;

/** The trash of a library. */
export function createTrash(library: LibraryFolder): Trash {
  const underWay = new Set<string>();
  const put: Trash["put"] = async (groups) => {
    const id = newId();
    const folder = join(library.folderOf("trash"), id);
    let number = 0;
    const planned: Entry = {
      version: 1,
      time: new Date().toISOString(),
      groups: groups.map(({ stem, isReplaced = false, places }) => ({
        ...{ stem, isReplaced },
        moves: places.map(({ section, names }) => ({
          ...{ section, names: [...names] },
          kept: String(number++),
        })),
      })),
    };
    underWay.add(id);
    try {
      await attempt("trash", () => mkdir(folder));
      await writeWhole(join(folder, entryName), `${JSON.stringify(planned)}\n`);
      const moves = planned.groups.flatMap((group) => group.moves);
      await mapSome(moves, atOnce, async ({ section, names, kept }) => {
        const { path, stats } = await library.place(section, ...names);
        if (stats !== undefined) await moveIn(path, join(folder, kept));
      });
    } finally {
      underWay.delete(id);
    }
    return { trash: id, count: groups.length };
  };
  /** Removals that nobody is at. */
  const resting = async (): Promise<string[]> => {
    const names = await attempt("trash", () => readdir(library.folderOf("trash")));
    return names.filter((name) => timeOf(name) !== undefined && !underWay.has(name));
  };
  const contentOf = async (ids: readonly string[]): Promise<TrashContent> => {
    const sizes = await mapSome(ids, atOnce, (id) => bytesIn(join(library.folderOf("trash"), id)));
    return { removals: ids.length, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) };
  };
  return {
    put,
    async restore(id) {
      if (underWay.has(id)) throw noSuchTrash(id);
      underWay.add(id);
      try {
        const folder = await folderOf(library, id);
        const { groups } = await readEntry(folder, id);
        const places: Placed[] = [];
        let restored = 0;
        for (const group of groups) {
          if (group.isReplaced) await put([{ stem: group.stem, places: group.moves }]);
          const back = await restoreGroup(library, folder, group);
          if (back.length > 0 || group.isReplaced) restored += 1;
          places.push(...(group.isReplaced ? group.moves : back));
        }
        await rm(folder, { recursive: true, force: true });
        return { restored, places };
      } finally {
        underWay.delete(id);
      }
    },
    measure: async () => contentOf(await resting()),
    async empty({ olderThanMs = 0 } = {}) {
      const latest = Date.now() - olderThanMs;
      const ids = (await resting()).filter((id) => (timeOf(id) ?? latest) <= latest);
      const content = await contentOf(ids);
      for (const id of ids) {
        // Somebody may have begun to bring it back.
        if (underWay.has(id)) continue;
        underWay.add(id);
        try {
          await attempt(id, () =>
            rm(join(library.folderOf("trash"), id), { recursive: true, force: true }),
          );
        } finally {
          underWay.delete(id);
        }
      }
      return content;
    },
  };
}

const newId = (): string => `${Date.now().toString(36)}-${randomBytes(6).toString("hex")}`;

/** When something was removed; nothing for what is no removal of ours. */
function timeOf(id: string): number | undefined {
  const [, time] = /^([0-9a-z]{8,9})-[0-9a-f]{12}$/.exec(id) ?? [];
  return time === undefined ? undefined : Number.parseInt(time, 36);
}

/** Of all files below a folder; what goes meanwhile counts for nothing. */
async function bytesIn(folder: string): Promise<number> {
  const entries = (await orAbsent(readdir(folder, { withFileTypes: true, recursive: true }))) ?? [];
  const files = entries.filter((found) => found.isFile());
  const sizes = await mapSome(files, atOnce, ({ parentPath, name }) =>
    orAbsent(lstat(join(parentPath, name))),
  );
  return sizes.reduce((sum, stats) => sum + (stats?.size ?? 0), 0);
}

/** Nothing stands in the new folder, so that one step is enough, but between disks. */
async function moveIn(from: string, to: string): Promise<void> {
  await attempt("trash", async () => {
    try {
      await rename(from, to);
    } catch (error) {
      if (codeOf(error) !== "EXDEV") throw error;
      await moveEntry(from, to);
    }
  });
}

async function folderOf(library: LibraryFolder, id: string): Promise<string> {
  if (!/^[a-z0-9-]{1,60}$/.test(id)) throw noSuchTrash(id);
  const { path, stats } = await library.place("trash", id);
  if (stats?.isDirectory() !== true) throw noSuchTrash(id);
  return path;
}

async function readEntry(folder: string, id: string): Promise<Entry> {
  const text = await attempt(id, () => orAbsent(readFile(join(folder, entryName), "utf8")));
  if (text === undefined) throw noSuchTrash(id);
  return entry.parse(JSON.parse(text));
}

/** Moves what is still in the trash, all under the first number that leaves every place free. */
async function restoreGroup(
  library: LibraryFolder,
  folder: string,
  { stem, moves }: Entry["groups"][number],
): Promise<Placed[]> {
  const present: Move[] = [];
  for (const each of moves) {
    const { stats } = await library.place("trash", ...trashNames(folder, each.kept));
    if (stats !== undefined) present.push(each);
  }
  for (let number = 1; ; number++) {
    const renamed = present.map((each) => renamedTo(each, stem, number));
    const targets = await Promise.all(
      renamed.map(({ section, names }) => library.place(section, ...names)),
    );
    if (targets.some(({ stats }) => stats !== undefined)) continue;
    for (const [index, { path }] of targets.entries()) {
      await attempt(stem, () => makeFolder(dirname(path)));
      await moveEntry(join(folder, present[index]?.kept ?? ""), path);
    }
    return renamed;
  }
}

function trashNames(folder: string, kept: string): readonly [string, string] {
  return [folder.split(/[\\/]/).at(-1) ?? "", kept];
}

/** `cat.txt` as `cat-2.txt`, where the group's stem is `cat`. */
function renamedTo({ section, names }: Move, stem: string, number: number): Placed {
  const last = names.at(-1) ?? "";
  if (number === 1 || !last.startsWith(stem)) return { section, names };
  return {
    section,
    names: [...names.slice(0, -1), `${stem}-${number}${last.slice(stem.length)}`],
  };
}

const noSuchTrash = (id: string) =>
  libraryError(
    "absent",
    said`trash ${JSON.stringify(id.slice(0, 100))}: expected something that was removed, got nothing of that name. It may have been restored already, or deleted with the trash.`,
  );
