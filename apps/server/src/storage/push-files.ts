/** @file Files on their way into the storage: blobs that are there are not sent again, and the manifest comes last. */

import { type FileHandle, open, readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { mapSome } from "../library/folder/in-turn.js";
import { codeOf, orAbsent } from "../library/folder/library-error.js";
import { isInside } from "../library/folder/safe-path.js";
import { versionOf } from "../library/folder/stat-many.js";
import { type ArtifactStore, atOnce, type BlobHash, partBytes } from "./artifact-store.js";
import { hashOf } from "./blob-hash.js";
import type { Manifest, ManifestFile } from "./manifest.js";
import type { PartHashes } from "./part-hashes.js";

/** What is sent. */
export interface Pushed {
  /** The library's folder. */
  readonly root: string;
  /** Where what is called so lies; what has gone meanwhile is left out. */
  readonly tops: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
}

/** Who sends. */
export interface PushDeps {
  readonly store: ArtifactStore;
  readonly hashes: PartHashes;
  /** Blobs that this sender knows to be there. */
  readonly sent: Set<BlobHash>;
}

/** A blob that nobody refers to goes after two days; what is older than this is stored anew before somebody does. */
const freshMs = 24 * 60 * 60 * 1_000;
/** Files that come and go while they are listed are listed again. */
const mostTries = 5;

/** Sends the content of files and folders. @returns their manifest, which is not sent yet. */
export async function pushFiles(deps: PushDeps, { root, tops, signal }: Pushed): Promise<Manifest> {
  const files: ManifestFile[] = [];
  const there: string[] = [];
  for (const [top, path] of tops) {
    const sent = await pushTop(deps, { top, path, signal });
    if (sent === undefined) continue;
    there.push(top);
    files.push(...sent);
  }
  return { version: 1, root, tops: there, files };
}

interface Top {
  readonly top: string;
  readonly path: string;
  readonly signal: AbortSignal;
}

async function pushTop(
  deps: PushDeps,
  { top, path, signal }: Top,
): Promise<ManifestFile[] | undefined> {
  for (let tries = 1; ; tries += 1) {
    try {
      const found = await filesAt(path);
      const sent = await mapSome(found, atOnce, (below) =>
        pushFile(deps, { top, path, below, signal }),
      );
      await (await deps.hashes.of(top)).settle(new Set(found));
      return sent;
    } catch (error) {
      // A training removes old snapshots whenever it likes; half of one is no use to anybody.
      if (codeOf(error) !== "ENOENT") throw error;
      if ((await orAbsent(stat(path))) === undefined) return undefined;
      if (tries === mostTries) throw error;
    }
  }
}

/** Paths of all files below a folder, with `/` between names; the empty one for a file. Links lead nowhere else. */
async function filesAt(root: string): Promise<string[]> {
  const real = await realpath(root);
  const found: string[] = [];
  const visit = async (path: string, below: readonly string[]): Promise<void> => {
    const info = await stat(path);
    if (info.isFile()) found.push(below.join("/"));
    if (!info.isDirectory()) return;
    for (const entry of await readdir(path, { withFileTypes: true })) {
      if (isPassing(entry.name)) continue;
      const at = join(path, entry.name);
      if (entry.isSymbolicLink()) {
        // One to a folder could lead round in a circle.
        const target = await realpath(at);
        if (!isInside(real, target) || !(await stat(target)).isFile()) continue;
      }
      await visit(at, [...below, entry.name]);
    }
  };
  await visit(real, []);
  return found;
}

/** Locks, and files that are being written. */
export const isPassing = (name: string): boolean =>
  name.startsWith(".") || name.startsWith("run.lock") || name.endsWith(".tmp");

async function pushFile(
  deps: PushDeps,
  { top, path, below, signal }: Top & { readonly below: string },
): Promise<ManifestFile> {
  const cache = await deps.hashes.of(top);
  const handle = await open(below === "" ? path : join(path, ...below.split("/")), "r");
  try {
    const before = await handle.stat();
    const known = cache.known(below, versionOf(before));
    const parts: BlobHash[] = [];
    // A log grows while it is sent: what it had before is sent.
    const count = Math.ceil(before.size / partBytes);
    for (let index = 0; index < count; index += 1) {
      signal.throwIfAborted();
      const length = Math.min(partBytes, before.size - index * partBytes);
      const hash = known?.[index];
      const isThere = hash !== undefined && (await isStored(deps, hash));
      parts.push(isThere ? hash : await pushPart(deps, handle, { index, length }));
    }
    const version = versionOf(await handle.stat());
    if (version === versionOf(before)) await cache.of(below, version, async () => parts);
    return { path: below === "" ? top : `${top}/${below}`, bytes: before.size, parts };
  } finally {
    await handle.close();
  }
}

async function pushPart(
  deps: PushDeps,
  handle: FileHandle,
  { index, length }: { readonly index: number; readonly length: number },
): Promise<BlobHash> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, index * partBytes + done);
    if (bytesRead === 0) throw Object.assign(new Error("cut off"), { code: "ENOENT" });
    done += bytesRead;
  }
  const hash = hashOf(bytes);
  if (!(await isStored(deps, hash))) await deps.store.put(hash, bytes);
  deps.sent.add(hash);
  return hash;
}

async function isStored({ store, sent }: PushDeps, hash: BlobHash): Promise<boolean> {
  if (sent.has(hash)) return true;
  const stored = await store.stored(hash);
  if (stored === undefined || Date.now() - stored.getTime() > freshMs) return false;
  sent.add(hash);
  return true;
}
