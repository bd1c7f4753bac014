/** @file The folder of a demo, which no other demo shares. */

import { rmdir, statfs } from "node:fs/promises";
import { isSystemFile } from "@atelier/diffusion/data";
import { lockFolder } from "@atelier/diffusion/node";
import { AtelierError, type FileStore, messageOf, said } from "@atelier/engine";
import { formatBytesApart } from "../format.js";

/** A folder that is locked against other processes until it is disposed. */
export interface DemoFolder extends AsyncDisposable {
  readonly path: string;
}

/** Where a demo may be. */
export interface DemoFolderOptions {
  /** The folder that is asked for. */
  readonly out: string | undefined;
  /** Holds the folders of demos that ask for none. */
  readonly parent: string;
  readonly now: Date;
  /** Of the disk on which a folder is. */
  readonly freeBytes?: (path: string) => Promise<number>;
}

/** Pictures, an adapter in two formats with a checkpoint, the report: twice what they take. */
const neededBytes = 40_000_000;

/**
 * Makes and locks a new folder: the one that is asked for, or `demo-<time>` below `parent`. Demos that
 * begin in the same second are told apart by a number.
 * @throws AtelierError `config` when something stands where the user points, `file` when the folder
 *   cannot be written or its disk is nearly full.
 */
export async function claimFolder(
  files: FileStore,
  { out, parent, now, freeBytes = freeBytesOf }: DemoFolderOptions,
): Promise<DemoFolder> {
  const claim = async (path: string): Promise<DemoFolder> => {
    const held = await lock(path);
    const free = await freeBytes(path);
    if (free >= neededBytes) {
      return { path, [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() };
    }
    await held[Symbol.asyncDispose]();
    await rmdir(path);
    // Now, and not when a minute's work cannot be saved.
    const [needed, left] = formatBytesApart(neededBytes, free);
    throw new AtelierError(
      "file",
      said`${path}: expected ${needed} of free space for the adapter and the report, got ${left}. Free some space, or choose another disk with --out.`,
    );
  };
  if (out !== undefined) {
    if (await isTaken(files, out)) {
      throw new AtelierError(
        "config",
        said`--out ${out}: expected a new or empty folder, got one where something stands. Choose another.`,
      );
    }
    return claim(out);
  }
  const name = `demo-${now.toISOString().slice(0, 19).replaceAll(":", "-")}`;
  for (let number = 1; ; number++) {
    const path = files.join(parent, number === 1 ? name : `${name}-${number}`);
    if (await isTaken(files, path)) continue;
    try {
      return await claim(path);
    } catch (error) {
      // Another demo was faster by a moment.
      if (!(error instanceof AtelierError && error.code === "training")) throw error;
    }
  }
}

async function lock(path: string): Promise<AsyncDisposable> {
  try {
    return await lockFolder(path);
  } catch (error) {
    // A training's message would name a field of its config.
    if (!(error instanceof AtelierError && error.code === "file")) throw error;
    const reason = messageOf(error.cause ?? error);
    throw new AtelierError(
      "file",
      said`${path}: expected a folder that can be written, got: ${reason}. Change its permissions, free some space, or choose another with --out.`,
      { cause: error },
    );
  }
}

async function freeBytesOf(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

async function isTaken(files: FileStore, path: string): Promise<boolean> {
  const entry = await files.stat(path);
  if (entry?.kind === "folder") {
    return (await files.list(path)).some(({ name }) => !isSystemFile(name));
  }
  return entry !== undefined;
}
