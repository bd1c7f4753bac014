/** @file The lock of the embedded database: PGlite has none of its own, and two processes would destroy its files. */

import { rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { lockFolder } from "@atelier/diffusion/node";
import { AtelierError, said } from "@atelier/engine";

/** Folders that this very process has locked. */
const held = new Set<string>();

const lockName = "run.lock";

/**
 * Locks the folder of an embedded database; a lock whose process is gone is taken over.
 * @throws AtelierError `file` that says who has it and since when.
 */
export async function lockDatabase(folder: string): Promise<AsyncDisposable> {
  const path = resolve(folder);
  const lock = await tryToLock(path).catch(async (error: unknown) => {
    if (!(error instanceof AtelierError) || error.code !== "training") throw error;
    const { pid, host } = error.context;
    // After a restart of a container another process can have our own number, and its lock lie here still.
    if (pid === process.pid && !held.has(path)) {
      await rm(join(path, lockName), { force: true });
      return tryToLock(path);
    }
    const since = await stat(join(path, lockName)).then(
      ({ mtime }) => mtime.toISOString(),
      () => "?",
    );
    throw new AtelierError(
      "file",
      said`database ${folder}: expected one that no other server uses, got one that process ${String(pid)} on ${String(host)} has had since ${since}. Open the Studio that runs there, end it, or choose another library with --library; if that process is no Studio, delete ${join(folder, lockName)}.`,
      { context: { folder, pid, host, since }, cause: error },
    );
  });
  held.add(path);
  return {
    async [Symbol.asyncDispose]() {
      held.delete(path);
      await lock[Symbol.asyncDispose]();
    },
  };
}

async function tryToLock(path: string): Promise<AsyncDisposable> {
  try {
    return await lockFolder(path);
  } catch (error) {
    // A training's sentence would name fields of its config.
    if (!(error instanceof AtelierError) || error.code !== "file") throw error;
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    throw new AtelierError(
      "file",
      said`database ${path}: expected a folder that can be written, got ${reason}. Change its permissions, free some space, or choose another library with --library.`,
      { cause: error, context: { folder: path } },
    );
  }
}
