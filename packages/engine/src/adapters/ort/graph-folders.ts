/**
 * @file Folders that hold a graph while it is compiled, beside links to its weights. A process that is
 * killed meanwhile leaves its folder, and the links keep the disk from forgetting deleted models.
 */

import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GraphPlace } from "./graph-place.js";
import { mapFiles } from "./map-files.js";

const prefix = "atelier-graph-";

/** Compiling takes seconds; a process of another container may not be visible from here. */
const oldMilliseconds = 60 * 60 * 1000;

/** Once in a process. */
let sweeping: Promise<void> | undefined;

/** A folder for a graph, with what it leaves to be mapped; gone once it is disposed. */
export async function openGraphFolder(): Promise<GraphPlace> {
  sweeping ??= sweepGraphFolders(tmpdir());
  await sweeping;
  const folder = await makeGraphFolder(tmpdir());
  return {
    folder,
    map: (nodes, parameters, options) => mapFiles(nodes, parameters, { ...options, folder }),
    // Mapped files stay readable after their links are gone.
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A new folder of this process in `root`. */
export function makeGraphFolder(root: string): Promise<string> {
  return mkdtemp(join(root, `${prefix}${process.pid}-`));
}

/** Removes the folders of processes that are gone. What cannot be removed stays. */
export async function sweepGraphFolders(root: string, now: number = Date.now()): Promise<void> {
  const names = await readdir(root).catch(() => []);
  for (const name of names) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(root, name);
    const changed = await stat(path).catch(() => undefined);
    if (changed === undefined || now - changed.mtimeMs < oldMilliseconds) continue;
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user cannot be signalled, and is alive.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
