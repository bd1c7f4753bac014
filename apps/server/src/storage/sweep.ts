/** @file What nobody refers to any more leaves the storage, after a week. */

import type { ArtifactStore, BlobHash } from "./artifact-store.js";
import { getManifest } from "./manifest.js";
import { storageReasonOf } from "./storage-error.js";

/** Longer than sending anything takes; senders store blobs anew that are half as old. */
const keptMs = 7 * 24 * 60 * 60 * 1_000;

/**
 * Removes blobs.
 * @param manifests those that jobs need, asked for when all blobs are listed that may go: what is referred to later was
 *   stored anew
 * @returns how many went
 */
export async function sweep(
  store: ArtifactStore,
  manifests: () => Promise<readonly BlobHash[]>,
  { signal, now = Date.now() }: { readonly signal?: AbortSignal; readonly now?: number } = {},
): Promise<number> {
  const old: BlobHash[] = [];
  for await (const { hash, stored } of store.list()) {
    signal?.throwIfAborted();
    if (now - stored.getTime() > keptMs) old.push(hash);
  }
  if (old.length === 0) return 0;
  const needed = new Set<BlobHash>();
  for (const name of await manifests()) {
    needed.add(name);
    for (const hash of await blobsOf(store, name)) needed.add(hash);
  }
  const gone = old.filter((hash) => !needed.has(hash));
  for (const hash of gone) {
    signal?.throwIfAborted();
    await store.remove(hash);
  }
  return gone.length;
}

async function blobsOf(store: ArtifactStore, manifest: BlobHash): Promise<BlobHash[]> {
  try {
    return (await getManifest(store, manifest)).files.flatMap(({ parts }) => parts);
  } catch (error) {
    // Its job is told when it asks for it.
    if (storageReasonOf(error) === "lost") return [];
    throw error;
  }
}
