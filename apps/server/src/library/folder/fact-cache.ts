/**
 * @file What was read of files, kept by the version of each file: in memory, and on disk for the next start. What the
 * cache holds of a file that has changed is read again; a damaged or lost cache only costs time.
 */

import { readFile } from "node:fs/promises";
import { z } from "zod";
import { writeWhole } from "./publish.js";

/** Facts of the files of one folder. */
export interface FactCache<Facts> {
  /** Facts of a file; `read` is asked where there are none of this version. */
  of(name: string, version: string, read: () => Promise<Facts>): Promise<Facts>;
  /** Facts that are there already. */
  known(name: string, version: string): Facts | undefined;
  /** Forgets all but these names, and writes what is new to the disk. */
  settle(names: ReadonlySet<string>): Promise<void>;
}

/** What is on disk was written by an Atelier that read the same facts in the same way. */
const formatVersion = 1;

/**
 * The cache in a file.
 * @param schema what facts are; others on disk are read anew
 */
export async function openFactCache<Facts>(
  path: string,
  schema: z.ZodType<Facts>,
): Promise<FactCache<Facts>> {
  const entries = new Map(await readEntries(path, schema));
  let isChanged = false;
  return {
    async of(name, version, read) {
      const known = entries.get(name);
      if (known?.version === version) return known.facts;
      const facts = await read();
      entries.set(name, { version, facts });
      isChanged = true;
      return facts;
    },
    known(name, version) {
      const known = entries.get(name);
      return known?.version === version ? known.facts : undefined;
    },
    async settle(names) {
      for (const name of entries.keys()) {
        if (names.has(name)) continue;
        entries.delete(name);
        isChanged = true;
      }
      if (!isChanged) return;
      isChanged = false;
      const text = JSON.stringify({ format: formatVersion, entries: [...entries] });
      // Without a cache everything is read again.
      await writeWhole(path, text).catch(() => undefined);
    },
  };
}

async function readEntries<Facts>(
  path: string,
  schema: z.ZodType<Facts>,
): Promise<(readonly [string, { readonly version: string; readonly facts: Facts }])[]> {
  const file = z.object({
    format: z.literal(formatVersion),
    entries: z.array(z.tuple([z.string(), z.object({ version: z.string(), facts: schema })])),
  });
  try {
    return file.parse(JSON.parse(await readFile(path, "utf8"))).entries;
  } catch {
    return [];
  }
}
