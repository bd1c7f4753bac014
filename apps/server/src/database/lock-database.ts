/** @file The lock of the embedded database: PGlite has none of its own, and two processes would destroy its files. */

import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { lockFolder, lockName } from "@atelier/diffusion/node";
import { AtelierError, said } from "@atelier/engine";

/**
 * Locks the folder of an embedded database; a lock whose process is gone is taken over.
 * @throws AtelierError `file` that says who has it and since when.
 */
export async function lockDatabase(folder: string): Promise<AsyncDisposable> {
  const path = resolve(folder);
  return tryToLock(path).catch(async (error: unknown) => {
    if (!(error instanceof AtelierError) || error.code !== "training") throw error;
    const { pid, host } = error.context;
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
