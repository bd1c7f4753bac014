/**
 * @file What is known of things in the library that their files do not say: the run and the job that made them, and
 * where a drawing stands in a grid. A small file for each, so that several machines can write at once.
 */

import { readdir, readFile } from "node:fs/promises";
import { z } from "zod";
import { mapSome } from "./in-turn.js";
import { orAbsent } from "./library-error.js";
import type { LibraryFolder, Section } from "./library-folder.js";
import { writeWhole } from "./publish.js";
import type { Placed } from "./trash.js";

const originFile = z.object({
  run: z.string().optional(),
  job: z.string().optional(),
  x: z.string().optional(),
  y: z.string().optional(),
});

/** Where something is from. */
export type Origin = z.infer<typeof originFile>;

/** Where things are from. */
export interface Origins {
  of(section: Section, name: string): Promise<Origin>;
  /** Of many; of names that were asked for before nothing is read again. */
  ofMany(section: Section, names: readonly string[]): Promise<ReadonlyMap<string, Origin>>;
  tell(section: Section, name: string, origin: Origin): Promise<void>;
  /** The file that says so, to be removed with what it tells of. */
  place(section: Section, name: string): Placed;
}

/** The origins of a library. */
export function createOrigins(library: LibraryFolder): Origins {
  const known = new Map<Section, Map<string, Origin>>();
  const fileOf = (name: string) => `${name}.json`;
  const read = async (section: Section, name: string): Promise<Origin> => {
    const { path, stats } = await library.place("origins", section, fileOf(name));
    if (stats === undefined) return {};
    const text = await orAbsent(readFile(path, "utf8"));
    try {
      return originFile.parse(JSON.parse(text ?? "{}"));
    } catch {
      // A damaged file tells nothing.
      return {};
    }
  };
  return {
    of: read,
    async ofMany(section, names) {
      const { path } = await library.place("origins", section);
      const told = new Set((await orAbsent(readdir(path))) ?? []);
      const before = known.get(section) ?? new Map<string, Origin>();
      const now = new Map<string, Origin>();
      await mapSome(names, 16, async (name) => {
        if (!told.has(fileOf(name))) return;
        now.set(name, before.get(name) ?? (await read(section, name)));
      });
      known.set(section, now);
      return now;
    },
    async tell(section, name, origin) {
      const { path } = await library.place("origins", section, fileOf(name));
      known.get(section)?.delete(name);
      await writeWhole(path, `${JSON.stringify(originFile.parse(origin))}\n`);
    },
    place: (section, name) => ({ section: "origins", names: [section, fileOf(name)] }),
  };
}
