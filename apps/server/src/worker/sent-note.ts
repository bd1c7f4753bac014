/** @file What workers say beside the files that they send: which of them are drawings, and which results. */

import { join } from "node:path";
import { z } from "zod";
import type { Findings } from "../jobs/commands/command.js";
import { requireName } from "../library/folder/safe-path.js";

const path = z.string().refine((text) => {
  for (const name of text.split("/")) requireName(name);
  return true;
});

const drawn = z.strictObject({
  path,
  x: z.string().exactOptional(),
  y: z.string().exactOptional(),
});

const made = z.strictObject({
  kind: z.enum(["model", "adapter", "word"]),
  path,
  name: z.string(),
  isKept: z.boolean().exactOptional(),
});

/** Drawings so far. */
export const savedNote = z.strictObject({ pictures: z.array(drawn) });
export type SavedNote = z.infer<typeof savedNote>;

/** What an attempt has come to. */
export const madeNote = z.strictObject({
  made: z.array(made),
  pictures: z.array(drawn),
  hasReport: z.boolean(),
  answer: z.unknown().optional(),
});
export type MadeNote = z.infer<typeof madeNote>;

/** Findings with other paths. */
export function withPaths(
  { made: results, pictures, ...findings }: Findings,
  pathOf: (path: string) => string,
): MadeNote {
  return {
    ...findings,
    made: results.map((each) => ({ ...each, path: pathOf(each.path) })),
    pictures: pictures.map((each) => ({ ...each, path: pathOf(each.path) })),
  };
}

/** A path on this machine. @param folders where the manifest's tops lie here */
export function pathHere(folders: ReadonlyMap<string, string>, called: string): string {
  for (const [top, folder] of folders) {
    if (called.startsWith(`${top}/`)) {
      return join(folder, ...called.slice(top.length + 1).split("/"));
    }
  }
  throw new Error(`${called}: in none of ${[...folders.keys()].join(", ")}`);
}
