/** @file What stands at many paths of one folder, without waiting for each: folders of 10,000 pictures are listed often. */

import { lstat, type Stats } from "node:fs";
import { join } from "node:path";

/** So many wait at once: the system's threads are few, and everybody else's reads wait behind them. */
const atOnce = 32;

/** Stats by name, links not followed; names of what is gone meanwhile are left out. */
export function statMany(folder: string, names: readonly string[]): Promise<Map<string, Stats>> {
  return new Promise((resolve) => {
    const found = new Map<string, Stats>();
    let [next, left] = [0, names.length];
    const one = (): void => {
      const name = names[next++];
      if (name === undefined) return;
      lstat(join(folder, name), (error, stats) => {
        if (error === null) found.set(name, stats);
        left -= 1;
        if (left === 0) resolve(found);
        else one();
      });
    };
    if (left === 0) resolve(found);
    for (let index = 0; index < atOnce; index++) one();
  });
}

/** Changes whenever a file is written anew. */
export function versionOf({ mtimeMs, size }: Pick<Stats, "mtimeMs" | "size">): string {
  return `${Math.round(mtimeMs * 1000).toString(36)}-${size.toString(36)}`;
}
