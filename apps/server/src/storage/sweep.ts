/** @file What nobody refers to any more leaves the storage, after two days. */

import type { ArtifactStore, BlobHash } from "./artifact-store.js";
import { getManifest } from "./manifest.js";
import { storageReasonOf } from "./storage-error.js";

/** Longer than sending anything takes; senders store blobs anew that are half as old. */
const keptMs = 2 * 24 * 60 * 60 * 1_000;

/**
 * Removes blobs.
 * @param manifests those that jobs need, asked for when all blobs are listed that may go
 * @returns how many went
 */
export async function sweep(
  store: ArtifactStore,
  manifests: () => Promise<readonly BlobHash[]>,
  { signal, now = Date.now() }: { readonly signal?: AbortSignal; readonly now?: number } = {},
): Promise<number> {
  const isOld = (stored: Date): boolean => now - stored.getTime() > keptMs;
  const old: BlobHash[] = [];
  for await (const { hash, stored } of store.list()) {
    signal?.throwIfAborted();
    if (isOld(stored)) old.push(hash);
  }
  if (old.length === 0) return 0;
  const needed = new Set<BlobHash>();
  for (const name of await manifests()) {
    needed.add(name);
    for (const hash of await blobsOf(store, name)) needed.add(hash);
  }
  let count = 0;
  for (const hash of old) {
    if (needed.has(hash)) continue;
    signal?.throwIfAborted();
    // Whoever is about to refer to it has stored it anew.
    const stored = await store.stored(hash);
    if (stored === undefined || !isOld(stored)) continue;
    await store.remove(hash);
    count += 1;
  }
  return count;
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
