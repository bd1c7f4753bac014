/**
 * @file Computed tensors (latents, text embeddings) kept on disk under the hash of everything
 * that went into them. A changed setting has another name; a damaged entry is noticed by its
 * checksum, computed again and reported.
 */

import {
  AtelierError,
  byteView,
  type FileEntry,
  type FileStore,
  type HostTensor,
  messageOf,
  said,
} from "@atelier/engine";
import { type Setting, settingsKey, sha256Hex } from "../core/content-hash.js";
import { type Warning, warning } from "../core/warnings/warning.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { tensorSource, writeSafetensors } from "../files/safetensors/write-safetensors.js";

/** Tensors by name. */
export type NamedTensors = ReadonlyMap<string, HostTensor>;

/** What is asked of a cache. */
export interface CacheRequest {
  /** What kind of tensors: the sub-folder they are kept in. */
  readonly kind: "latents" | "text-embeddings" | "drawn-latents" | "signatures";
  /**
   * Everything that changes the result: hash of the picture's bytes or the caption, all settings
   * of its preparation, a fingerprint of the model's weights, its dtype, tokenizer, clip skip.
   */
  readonly settings: Setting;
  /** What messages call the picture: its name, or a caption that pictures share. */
  readonly label: string;
}

/** Tensors from a cache. */
export interface CacheResult {
  readonly tensors: NamedTensors;
  /** Whether they were on disk. */
  readonly isCached: boolean;
  readonly warnings: readonly Warning[];
}

/** How much a cache holds. */
export interface CacheSize {
  readonly entries: number;
  readonly sizeBytes: number;
}

/** Computed tensors on disk. */
export interface TensorCache {
  readonly folder: string;
  /**
   * The tensors for a request, computed only when the disk does not hold them.
   * @throws AtelierError `data` when `compute` returns NaN or infinity, `file` when the entry
   * cannot be written.
   */
  resolve(request: CacheRequest, compute: () => Promise<NamedTensors>): Promise<CacheResult>;
  /** What the cache holds, leftovers of killed writers included. */
  measure(): Promise<CacheSize>;
  /** Removes what {@link TensorCache.measure} counts, and nothing else; returns how much. */
  clear(): Promise<CacheSize>;
}

/** Raise when the layout of entries changes. */
const layoutVersion = 1;
const keyField = "atelier.key";
const checksumField = "atelier.sha256";
const kinds: readonly CacheRequest["kind"][] = [
  "latents",
  "text-embeddings",
  "drawn-latents",
  "signatures",
];
const entryName: RegExp = /^\.?[0-9a-f]{64}\.safetensors(\.[0-9a-f-]+\.tmp)?$/;

/** A cache in a folder, which is made when the first entry is written. */
export function createTensorCache(files: FileStore, folder: string): TensorCache {
  return {
    folder,
    async resolve({ kind, settings, label }, compute) {
      const key = await settingsKey({ layoutVersion, kind, settings });
      const path = files.join(folder, kind, key.slice(0, 2), `${key}.safetensors`);
      const warnings: Warning[] = [];
      if ((await files.stat(path)) !== undefined) {
        try {
          return { tensors: await readEntry(files, path, key), isCached: true, warnings };
        } catch (error) {
          const problem = messageOf(error);
          warnings.push(warning("cache-damaged", { path, kind, label, problem }));
        }
      }
      const tensors = await compute();
      const of = kind === "text-embeddings" ? `the caption of ${label}` : label;
      checkFinite(tensors, `${kind} of ${of}`);
      await writeEntry(files, path, { key, tensors });
      return { tensors, isCached: false, warnings };
    },
    measure: () => visitEntries(files, folder, async () => {}),
    clear: () => visitEntries(files, folder, (path) => files.remove(path)),
  };
}

async function readEntry(files: FileStore, path: string, key: string): Promise<NamedTensors> {
  const file = await openSafetensors(files, path);
  try {
    const tensors = new Map<string, HostTensor>();
    for (const name of file.entries.keys()) tensors.set(name, await file.read(name));
    const found = [file.metadata.get(keyField), file.metadata.get(checksumField)].join();
    const expected = [key, await checksumOf(tensors)].join();
    if (found === expected) return tensors;
    throw new AtelierError("format", said`expected key and checksum ${expected}, got ${found}.`);
  } finally {
    await file.close();
  }
}

async function writeEntry(
  files: FileStore,
  path: string,
  { key, tensors }: { readonly key: string; readonly tensors: NamedTensors },
): Promise<void> {
  const metadata = new Map([
    [keyField, key],
    [checksumField, await checksumOf(tensors)],
  ]);
  const sources = [...tensors].map(([name, tensor]) => tensorSource(name, tensor));
  await writeSafetensors(files, path, sources, { metadata });
}

/** A hash over names, types, shapes and bytes, whatever order the tensors are in. */
async function checksumOf(tensors: NamedTensors): Promise<string> {
  const facts: Record<string, Setting> = {};
  for (const [name, { dtype, shape, data }] of tensors) {
    facts[name] = [dtype, shape, await sha256Hex(byteView(data))];
  }
  return settingsKey(facts);
}

function checkFinite(tensors: NamedTensors, what: string): void {
  for (const [name, { dtype, data }] of tensors) {
    if (dtype !== "float32" && dtype !== "float64") continue;
    const index = data.findIndex((value) => !Number.isFinite(value));
    if (index < 0) continue;
    throw new AtelierError(
      "data",
      said`${what}: expected finite numbers, got ${data[index]} at element ${index} of ${name}. The model's weights are damaged or were stored with too few bits: check them, or name another autoencoder (base.vae) where these are a picture's latents.`,
      { context: { name, index } },
    );
  }
}

/** Visits every entry; folders and files of other names are left alone. */
async function visitEntries(
  files: FileStore,
  folder: string,
  visit: (path: string) => Promise<void>,
): Promise<CacheSize> {
  let entries = 0;
  let sizeBytes = 0;
  for (const kind of kinds) {
    const kindFolder = files.join(folder, kind);
    for (const shard of await listIfPresent(files, kindFolder)) {
      if (shard.kind !== "folder" || !/^[0-9a-f]{2}$/.test(shard.name)) continue;
      const shardFolder = files.join(kindFolder, shard.name);
      for (const entry of await files.list(shardFolder)) {
        if (entry.kind !== "file" || !entryName.test(entry.name)) continue;
        await visit(files.join(shardFolder, entry.name));
        entries += 1;
        sizeBytes += entry.sizeBytes;
      }
    }
  }
  return { entries, sizeBytes };
}

async function listIfPresent(files: FileStore, path: string): Promise<FileEntry[]> {
  return (await files.stat(path)) === undefined ? [] : files.list(path);
}
