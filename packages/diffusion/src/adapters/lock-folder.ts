/**
 * @file A lock on a folder as a file `run.lock` that names its process, made in one step with the
 * check that there is none. A killed process leaves its lock behind; the next one sees that nobody
 * holds it any more.
 */

import { randomUUID } from "node:crypto";
import { constants, copyFile, link, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { AtelierError, messageOf, said } from "@atelier/engine";
import { makeFolder } from "@atelier/engine/node";

/** The name of lock files. */
export const lockName = "run.lock";

/** Folders that this very process has locked, or is about to. */
const ownFolders = new Set<string>();

interface Holder {
  readonly pid: number;
  readonly host: string;
}

/**
 * Makes a folder and locks it; disposing the lock removes it.
 * @throws AtelierError `training` when a living process holds it, `file` when it cannot be made.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const path = join(folder, lockName);
  const own = resolve(folder);
  if (ownFolders.has(own)) throw held(folder, path, { pid: process.pid, host: hostname() });
  ownFolders.add(own);
  try {
    await attempt(folder, () => makeFolder(folder));
    while (!(await attempt(folder, () => create(path)))) {
      const holder = await readHolder(path);
      // Gone in the meantime: try again.
      if (holder === undefined) continue;
      if (isOthers(holder)) throw held(folder, path, holder);
      await rm(path, { force: true });
    }
  } catch (error) {
    ownFolders.delete(own);
    throw error;
  }
  return {
    async [Symbol.asyncDispose]() {
      await rm(path, { force: true });
      ownFolders.delete(own);
    },
  };
}

/** Whether a living process holds a folder. */
export async function isFolderLocked(folder: string): Promise<boolean> {
  const holder = await readHolder(join(folder, lockName));
  return holder !== undefined && (ownFolders.has(resolve(folder)) || isOthers(holder));
}

/**
 * Whether the lock could be made; `false` when there is one. The file gets its name when it is
 * complete, so that nobody reads an empty lock and takes it for a dead one.
 */
async function create(path: string): Promise<boolean> {
  const holder: Holder = { pid: process.pid, host: hostname() };
  const complete = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(complete, JSON.stringify(holder), { flag: "wx" });
    await link(complete, path).catch((error: unknown) => {
      // File systems without links (exFAT): a copy that refuses to replace.
      if (codeOf(error) === "EEXIST") throw error;
      return copyFile(complete, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(complete, { force: true });
  }
}

/** Who holds a lock; `undefined` when it is gone. A file without a process's number is nobody's. */
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    const entries = new Map(
      Object.entries(typeof value === "object" && value !== null ? value : {}),
    );
    return {
      pid: Number(entries.get("pid") ?? 0),
      host: String(entries.get("host") ?? hostname()),
    };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    return { pid: 0, host: hostname() };
  }
}

/** Whether another process that lives holds a lock. */
function isOthers({ pid, host }: Holder): boolean {
  // Processes of other machines cannot be asked; a lock of theirs is believed.
  if (host !== hostname()) return true;
  // After a restart of a container, whoever had our number before is gone.
  if (pid === process.pid) return false;
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to another user.
    return codeOf(error) === "EPERM";
  }
}

function held(folder: string, path: string, { pid, host }: Holder): AtelierError {
  return new AtelierError(
    "training",
    said`run folder ${folder}: expected a folder that no run uses, got one that process ${pid} on ${host} is using. Wait for it, choose another folder with output.run, or delete ${path} if that process is no training.`,
    { context: { folder, pid, host } },
  );
}

async function attempt<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new AtelierError(
      "file",
      said`run folder ${folder}: expected a folder that can be written, got ${codeOf(cause) ?? messageOf(cause)}. Change its permissions, free some space, or choose another with output.folder.`,
      { cause, context: { folder } },
    );
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
