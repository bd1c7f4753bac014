/** @file Which names new pictures of a data set get: their own where it is free, else with their folder's or a number. */

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { pictureFormatOfName, stemOf } from "@atelier/diffusion/data";
import { hashFile } from "../folder/hash-file.js";
import { attempt, orAbsent } from "../folder/library-error.js";
import { cleanFileName, nameKey, numbered } from "../folder/safe-name.js";
import { type DatasetNames, isCaptionName, isPictureName } from "./dataset-folder.js";
import type { ReceivedFile } from "./incoming-file.js";

/** Endings by format. */
const endings: Readonly<Record<string, string>> = {
  jpeg: ".jpg",
  png: ".png",
  webp: ".webp",
  avif: ".avif",
};

/** Most numbers that are tried behind a name. */
const mostNumbers = 20_000;

/** Names in a data set. */
export interface Namer {
  /** Names that are free, the best first. */
  namesFor(name: string, format: string): Iterable<string>;
  take(name: string): void;
  /** The picture that is there under the same name with the same bytes. */
  twinOf(file: ReceivedFile): Promise<string | undefined>;
}

/**
 * Two pictures of a data set do not differ in their endings alone, since captions and masks are found by what stands
 * before it; nor in what some file systems hold for the same.
 */
export async function createNamer({ path, pictures }: DatasetNames): Promise<Namer> {
  // A caption whose picture is gone must not become another's.
  const entries = await attempt("data set", () => readdir(path));
  const named = entries.filter((name) => isPictureName(name) || isCaptionName(name));
  const taken = new Set(named.map((name) => nameKey(stemOf(name))));
  const byKey = new Map(pictures.map((name) => [nameKey(name), name]));
  return {
    *namesFor(name, format) {
      const own = withEnding(cleanFileName(name, "picture"), format);
      const folder = cleanFileName(name.split("/").at(-2) ?? "", "");
      const candidates =
        folder === "" ? [own] : [own, withEnding(cleanFileName(`${folder}-${own}`), format)];
      for (const candidate of candidates) {
        if (!taken.has(nameKey(stemOf(candidate)))) yield candidate;
      }
      const last = candidates.at(-1) ?? own;
      for (let number = 2; number <= mostNumbers; number++) {
        const candidate = numbered(last, number);
        if (!taken.has(nameKey(stemOf(candidate)))) yield candidate;
      }
    },
    take(name) {
      taken.add(nameKey(stemOf(name)));
      byKey.set(nameKey(name), name);
    },
    async twinOf(file) {
      const there = byKey.get(nameKey(cleanFileName(file.name, "picture")));
      if (there === undefined) return undefined;
      const other = join(path, there);
      const info = await orAbsent(stat(other));
      if (info?.size !== file.bytes) return undefined;
      return (await hashFile(other)) === (await hashFile(file.path)) ? there : undefined;
    },
  };
}

/** The ending tells what a file is: to people, and to programs that believe it. */
function withEnding(name: string, format: string): string {
  return pictureFormatOfName(name) === format ? name : `${stemOf(name)}${endings[format] ?? ""}`;
}
