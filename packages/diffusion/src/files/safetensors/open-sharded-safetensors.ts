/** @file Models in several safetensors files, listed by an index (`….safetensors.index.json`). */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { isJsonObject } from "../../core/json-object.js";
import { readJson } from "../../core/read-text.js";
import type { SafetensorsEntry } from "../../core/weights.js";
import { openSafetensors, type SafetensorsFile, unknownTensor } from "./open-safetensors.js";

/**
 * Opens every shard that an index names and presents them as one file, whose metadata is that of
 * the first shard that has any.
 * @throws AtelierError `file` when a shard is missing; `format` when the index is damaged, names
 *   a file outside its own folder, or disagrees with the shards about what they hold.
 */
export async function openShardedSafetensors(
  files: FileStore,
  indexPath: string,
): Promise<SafetensorsFile> {
  const shardOf = await readIndex(files, indexPath);
  const shards = new Map<string, SafetensorsFile>();
  const close = async () => {
    for (const shard of shards.values()) await shard.close();
  };
  try {
    for (const name of new Set(shardOf.values())) {
      shards.set(name, await openSafetensors(files, files.join(indexPath, "..", name)));
    }
    const entries = collectEntries(indexPath, shardOf, shards);
    const holding = (name: string): SafetensorsFile => {
      const shard = shards.get(shardOf.get(name) ?? "");
      if (shard === undefined) throw unknownTensor(indexPath, name, entries.size);
      return shard;
    };
    const described = [...shards.values()].find((shard) => shard.metadata.size > 0);
    return {
      path: indexPath,
      metadata: described?.metadata ?? new Map<string, string>(),
      entries,
      readBytes: async (name) => holding(name).readBytes(name),
      read: async (name) => holding(name).read(name),
      readFloat32: async (name) => holding(name).readFloat32(name),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The shard's file name for each tensor name. */
async function readIndex(files: FileStore, path: string): Promise<Map<string, string>> {
  const index = await readJson(files, path);
  const weightMap = isJsonObject(index) ? index["weight_map"] : undefined;
  if (!isJsonObject(weightMap)) {
    throw damaged(path, "expected an object with a weight_map, got none");
  }
  const shardOf = new Map<string, string>();
  for (const [name, shard] of Object.entries(weightMap)) {
    // A plain name: a path could lead out of the model's folder.
    if (typeof shard !== "string" || !/^[^/\\:]+\.safetensors$/.test(shard)) {
      throw damaged(
        path,
        `expected "${name}" in a .safetensors file beside the index, got ${JSON.stringify(shard)}`,
      );
    }
    shardOf.set(name, shard);
  }
  return shardOf;
}

function collectEntries(
  path: string,
  shardOf: ReadonlyMap<string, string>,
  shards: ReadonlyMap<string, SafetensorsFile>,
): Map<string, SafetensorsEntry> {
  const entries = new Map<string, SafetensorsEntry>();
  for (const [shardName, shard] of shards) {
    for (const [name, entry] of shard.entries) {
      const listed = shardOf.get(name);
      if (listed !== shardName) {
        throw damaged(
          path,
          `expected "${name}" in ${listed ?? "no shard"}, got it in ${shardName}`,
        );
      }
      entries.set(name, entry);
    }
  }
  for (const [name, shardName] of shardOf) {
    if (!entries.has(name)) throw damaged(path, `expected "${name}" in ${shardName}, got none`);
  }
  return entries;
}

function damaged(path: string, fault: string): AtelierError {
  return new AtelierError(
    "format",
    said`${path}: ${fault}. Index and shards are damaged or of different versions; download them again.`,
    { context: { path } },
  );
}
