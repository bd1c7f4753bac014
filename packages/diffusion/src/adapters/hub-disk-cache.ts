/**
 * @file The hub's cache on a disk, in the layout of Python's huggingface_hub: `blobs/` by hash,
 * `snapshots/<commit>/` with links to them, `refs/` from branch names to commits.
 */

import { createHash } from "node:crypto";
import { constants } from "node:fs";
import {
  copyFile,
  type FileHandle,
  link,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { AtelierError, messageOf, said } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import type { BlobHash, HubCache, PartialBlob } from "../files/hub/hub-cache.js";

const hashChunkBytes = 4 * 1024 * 1024;

/** The cache in a folder, which need not exist; files of commits are links to blobs unless they are to be copies. */
export function createHubDiskCache(
  folder: string,
  { copiesFiles = false }: { readonly copiesFiles?: boolean } = {},
): HubCache {
  const at = (repo: string, ...names: string[]) =>
    join(folder, `models--${repo.replaceAll("/", "--")}`, ...names);
  const blobPath = (repo: string, hash: string) => at(repo, "blobs", hash);
  return {
    async readRef(repo, revision) {
      const path = at(repo, "refs", ...revision.split("/"));
      if ((await nodeFiles.stat(path))?.kind !== "file") return undefined;
      const commit = (await attempt(path, () => readFile(path, "utf8"))).trim();
      if (/^[0-9a-f]{40}$/.test(commit)) return commit;
      throw new AtelierError(
        "file",
        said`${path}: expected a commit, got other text. Delete the file.`,
      );
    },
    async writeRef(repo, revision, commit) {
      const path = at(repo, "refs", ...revision.split("/"));
      await nodeFiles.write(path, [new TextEncoder().encode(commit)]);
    },
    snapshotFolder: (repo, commit) => at(repo, "snapshots", commit),
    async listSnapshot(repo, commit) {
      const root = at(repo, "snapshots", commit);
      return (await nodeFiles.stat(root)) === undefined ? [] : (await listDeep(root, root)).sort();
    },
    hasBlob: async (repo, hash) => (await nodeFiles.stat(blobPath(repo, hash)))?.kind === "file",
    openPartial: (repo, hash) => openPartial(blobPath(repo, hash)),
    link: (repo, { commit, path, hash }) =>
      linkBlob(
        blobPath(repo, hash),
        at(repo, "snapshots", commit, ...path.split("/")),
        copiesFiles,
      ),
  };
}

async function listDeep(root: string, folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const { name, kind } of await nodeFiles.list(folder)) {
    const path = join(folder, name);
    if (kind === "folder") paths.push(...(await listDeep(root, path)));
    // A link whose blob was deleted is listed, but its file is not there.
    else if ((await nodeFiles.stat(path)) !== undefined) {
      paths.push(relative(root, path).split(sep).join("/"));
    }
  }
  return paths;
}

async function openPartial(target: string): Promise<PartialBlob> {
  const path = `${target}.incomplete`;
  await attempt(dirname(path), () => mkdir(dirname(path), { recursive: true }));
  // Bytes are written at their own offsets, not appended: two downloads of one file write the same.
  const flags = constants.O_RDWR | constants.O_CREAT;
  const handle = await attempt(path, () => open(path, flags));
  let sizeBytes = (await attempt(path, () => handle.stat())).size;
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    async append(chunk) {
      let done = 0;
      while (done < chunk.length) {
        const size = chunk.length - done;
        const { bytesWritten } = await attempt(path, () =>
          handle.write(chunk, done, size, sizeBytes),
        );
        done += bytesWritten;
        sizeBytes += bytesWritten;
      }
    },
    async restart() {
      await attempt(path, () => handle.truncate(0));
      sizeBytes = 0;
    },
    hash: (algorithm) => attempt(path, () => hashFile(handle, sizeBytes, algorithm)),
    async finish() {
      await attempt(path, () => handle.sync());
      await attempt(target, () => renameUnlessDone(path, target));
    },
    close: () => attempt(path, () => handle.close()),
  };
}

async function hashFile(
  handle: FileHandle,
  sizeBytes: number,
  algorithm: BlobHash,
): Promise<string> {
  const hash = createHash(algorithm === "sha256" ? "sha256" : "sha1");
  if (algorithm === "git-sha1") hash.update(`blob ${sizeBytes}\0`);
  const buffer = new Uint8Array(hashChunkBytes);
  for (let offset = 0; offset < sizeBytes; ) {
    const { bytesRead } = await handle.read(buffer, 0, hashChunkBytes, offset);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    offset += bytesRead;
  }
  return hash.digest("hex");
}

/** Another process may have finished the same download first; then its file stands. */
async function renameUnlessDone(path: string, target: string): Promise<void> {
  try {
    await rename(path, target);
  } catch (error) {
    const isDone = (await stat(target).catch(() => undefined))?.isFile() === true;
    if (!isDone) throw error;
  }
}

/** A relative link as Python makes it; where links are forbidden (Windows), a hard link or a copy. */
async function linkBlob(blob: string, path: string, isCopy: boolean): Promise<void> {
  if ((await nodeFiles.stat(path)) !== undefined) return;
  await attempt(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    await rm(path, { force: true });
    if (isCopy) return copyFile(blob, path);
    await symlink(relative(dirname(path), blob), path)
      .catch(() => link(blob, path))
      .catch(() => copyFile(blob, path));
  });
}

async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new AtelierError(
      "file",
      said`${path}: expected to write the hub's cache, got ${messageOf(cause)}. Free some space, or set HF_HUB_CACHE to a folder that can be written.`,
      { cause },
    );
  }
}
