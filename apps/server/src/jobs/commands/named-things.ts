/** @file What of the library a job needs, to be sent to a machine that has another: what its request names, and its run. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JobRequest } from "../../api/index.js";
import { orAbsent } from "../../library/folder/library-error.js";
import { type LibraryFolder, sections } from "../../library/folder/library-folder.js";
import { topsNamedIn } from "../../storage/portable-paths.js";
import { commandOf } from "./commands.js";
import { stemOf } from "./library-names.js";

/** Paths by what they are called below the library, such as `datasets/dog`. */
export type Things = ReadonlyMap<string, string>;

/** Where runs record what they read: a training, the training of a demo, a tune. */
const records = ["config.json", "training/config.json", "tune.json"];

/**
 * What a job needs.
 * @param run its own, which may have begun
 * @throws AtelierError where something that the request names is gone
 */
export async function thingsNamed(
  library: LibraryFolder,
  { request, run }: { readonly request: JobRequest; readonly run: string | undefined },
): Promise<Things> {
  const things = new Map<string, string>();
  const add = async (section: string, name: string): Promise<void> => {
    const known = sections.find((each) => each === section);
    const placed = known === undefined ? undefined : await library.place(known, name);
    if (placed?.stats !== undefined) things.set(`${section}/${name}`, placed.path);
  };
  await commandOf(request).check(request, watched(library, request, add));
  if (run !== undefined) await add("runs", run);
  for (const [thing, path] of [...things]) {
    if (!thing.startsWith("runs/")) continue;
    for (const record of records) {
      const text = await orAbsent(readFile(join(path, record), "utf8"));
      for (const top of topsNamedIn(text ?? "", library.root)) {
        const [section = "", name = ""] = top.split("/");
        // Other runs are no part of it.
        if (section !== "runs") await add(section, name);
      }
    }
  }
  return things;
}

/** The library, which tells of what is looked for in it: what a check finds is what the job reads. */
function watched(
  library: LibraryFolder,
  request: JobRequest,
  found: (section: string, name: string) => Promise<void>,
): LibraryFolder {
  const wished = "into" in request ? stemOf(request.into) : undefined;
  return {
    ...library,
    async place(section, ...names) {
      const placed = await library.place(section, ...names);
      const [name] = names;
      if (name === undefined || placed.stats === undefined) return placed;
      // A result of that name was none when the job was queued; it gets a number now.
      if (stemOf(name) === wished) return { ...placed, stats: undefined };
      await found(section, name);
      return placed;
    },
  };
}
