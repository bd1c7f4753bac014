/**
 * @file Files on their way out of the storage: each gets its name when it is whole and its bytes are those that its
 * manifest names. What stands there already is not fetched, and what the manifest lacks goes.
 */

import { randomUUID } from "node:crypto";
import { type FileHandle, lstat, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder } from "@atelier/engine/node";
import { mapSome } from "../library/folder/in-turn.js";
import { attempt, orAbsent } from "../library/folder/library-error.js";
import { versionOf } from "../library/folder/stat-many.js";
import { type ArtifactStore, atOnce, type BlobHash, partBytes } from "./artifact-store.js";
import { hashOf } from "./blob-hash.js";
import type { Manifest, ManifestFile } from "./manifest.js";
import type { PartHashes } from "./part-hashes.js";
import { holdsPaths, withOwnPaths } from "./portable-paths.js";
import { isPassing } from "./push-files.js";
import { lostFile } from "./storage-error.js";

/** Who fetches. */
export interface PullDeps {
  readonly store: ArtifactStore;
  readonly hashes: PartHashes;
  /** The library's folder here. */
  readonly root: string;
}

/** What is fetched. */
export interface Pulled {
  readonly manifest: Manifest;
  /** One of the manifest's tops. */
  readonly top: string;
  /** Where it is to stand. */
  readonly path: string;
  readonly signal: AbortSignal;
  /** Hears of bytes that are there. */
  readonly onBytes?: (bytes: number) => void;
}

/** Makes a top what a manifest says of it. */
export async function pullTop(
  deps: PullDeps,
  { manifest, top, path, ...how }: Pulled,
): Promise<void> {
  const files = manifest.files.filter(
    (file) => file.path === top || file.path.startsWith(`${top}/`),
  );
  const [only] = files;
  const isFile = only !== undefined && only.path === top;
  await attempt(top, async () => {
    if (isFile) await makeFolder(dirname(path));
    else
      await makeFolders(
        path,
        files.map((file) => file.path.slice(top.length + 1)),
      );
    const wanted = new Set(files.map((file) => file.path));
    await mapSome(files, atOnce, async (file) => {
      const below = isFile ? [] : file.path.slice(top.length + 1).split("/");
      await pullFile(deps, { ...how, file, top, from: manifest.root, folder: path, below });
    });
    if (!isFile) await removeOthers(path, top, wanted);
    const known = files.map((file) => file.path.slice(top.length + 1));
    await (await deps.hashes.of(top)).settle(new Set(known));
  });
}

interface PulledFile extends Pick<Pulled, "top" | "signal" | "onBytes"> {
  readonly file: ManifestFile;
  readonly from: string;
  readonly folder: string;
  readonly below: readonly string[];
}

async function pullFile(deps: PullDeps, pulled: PulledFile): Promise<void> {
  const { file, top, folder, below, onBytes } = pulled;
  const to = join(folder, ...below);
  const cache = await deps.hashes.of(top);
  const name = below.join("/");
  const standing = await orAbsent(lstat(to));
  if (standing?.isFile() === true && standing.size === file.bytes) {
    const parts = await cache.of(name, versionOf(standing), () => partsOf(to, file.bytes));
    if (isSame(parts, file.parts)) {
      onBytes?.(file.bytes);
      return;
    }
  }
  const temporary = join(dirname(to), `.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, "wx");
    try {
      if (holdsPaths(file.path)) await writeOwn(deps, handle, pulled);
      else await writeParts(deps, pulled, (bytes) => handle.writeFile(bytes));
    } finally {
      await handle.close();
    }
    if (standing !== undefined && !standing.isFile())
      await rm(to, { recursive: true, force: true });
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  // What has other paths in it by now is another file.
  if (!holdsPaths(file.path))
    await cache.of(name, versionOf(await lstat(to)), async () => file.parts);
}

async function writeParts(
  { store }: PullDeps,
  { file, signal, onBytes }: PulledFile,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  for (const [index, hash] of file.parts.entries()) {
    signal.throwIfAborted();
    const bytes = await store.get(hash);
    const length = Math.min(partBytes, file.bytes - index * partBytes);
    if (bytes?.length !== length || hashOf(bytes) !== hash) throw lostFile(store.name, file.path);
    await write(bytes);
    onBytes?.(bytes.length);
  }
}

async function writeOwn(deps: PullDeps, handle: FileHandle, pulled: PulledFile): Promise<void> {
  const chunks: Uint8Array[] = [];
  await writeParts(deps, pulled, async (bytes) => void chunks.push(bytes));
  const text = Buffer.concat(chunks).toString("utf8");
  await handle.writeFile(withOwnPaths(text, { from: pulled.from, to: deps.root }));
}

async function partsOf(path: string, size: number): Promise<BlobHash[]> {
  const handle = await open(path, "r");
  try {
    const parts: BlobHash[] = [];
    for (let at = 0; at < size; at += partBytes) {
      const bytes = new Uint8Array(Math.min(partBytes, size - at));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, at);
      parts.push(hashOf(bytes.subarray(0, bytesRead)));
    }
    return parts;
  } finally {
    await handle.close();
  }
}

const isSame = (some: readonly BlobHash[], others: readonly BlobHash[]): boolean =>
  some.length === others.length && some.every((hash, at) => hash === others[at]);

/** A folder and those in it that hold some of the files. */
async function makeFolders(root: string, files: readonly string[]): Promise<void> {
  const folders = new Set([""]);
  for (const file of files) {
    for (const { index } of file.matchAll(/\//g)) folders.add(file.slice(0, index));
  }
  for (const folder of folders) await makeFolderAt(join(root, ...folder.split("/")));
}

/** A folder, in place of what stands there otherwise: also of a link, which may lead elsewhere. */
async function makeFolderAt(path: string): Promise<void> {
  const standing = await orAbsent(lstat(path));
  if (standing?.isDirectory() === true) return;
  if (standing !== undefined) await rm(path, { force: true });
  await makeFolder(path);
}

async function removeOthers(
  folder: string,
  top: string,
  wanted: ReadonlySet<string>,
): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = `${top}/${entry.name}`;
    const at = join(folder, entry.name);
    if (wanted.has(path) || isPassing(entry.name)) continue;
    if (entry.isDirectory()) {
      await removeOthers(at, path, wanted);
      const isUsed = [...wanted].some((one) => one.startsWith(`${path}/`));
      if (isUsed) continue;
    }
    await rm(at, { recursive: true, force: true });
  }
}
