/**
 * @file Paths of the library within files that are sent: a run records in its config and its log where its base, its
 * pictures and its results are, and each machine has its library elsewhere.
 */

import { z } from "zod";

/** Files of runs that hold paths. What snapshots record is left as it is: its digest says so. */
export function holdsPaths(path: string): boolean {
  return /^runs\/.*\.jsonl?$/.test(path) && !/\/checkpoints\//.test(path);
}

/** A file with the paths of another library, as one of this library would have it. */
export function withOwnPaths(
  text: string,
  { from, to }: { readonly from: string; readonly to: string },
): string {
  if (from === to) return text;
  const own = inJson(to);
  const isOwnWindows = isWindows(to);
  return text.replace(pathsBelow(from), (_, below: string) => {
    const names = below.split(isWindows(from) ? /\\\\|\// : "/");
    return `"${own}${names.join(isOwnWindows ? "\\\\" : "/")}"`;
  });
}

/** What of a library a file of JSON names: its section and name, such as `datasets/dog`. */
export function topsNamedIn(text: string, root: string): string[] {
  const tops = new Set<string>();
  for (const [, below = ""] of text.matchAll(pathsBelow(root))) {
    const [, section, name] = z
      .string()
      .parse(JSON.parse(`"${below}"`))
      .split(/[\\/]/);
    if (section !== undefined && name !== undefined) tops.add(`${section}/${name}`);
  }
  return [...tops];
}

/** Texts of JSON that are a folder or a path below it; what is caught begins with a separator. */
function pathsBelow(root: string): RegExp {
  const escaped = inJson(root).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`"${escaped}((?:(?:/|\\\\\\\\)(?:[^"\\\\]|\\\\.)*)?)"`, "g");
}

const isWindows = (path: string): boolean => /^[a-z]:\\|^\\\\/i.test(path);

/** As it stands in JSON, without quotes. */
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
