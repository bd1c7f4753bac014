/** @file A name for a model's weights: two models share it only if every stored value is the same. */

import { byteView, type FileStore, type ParameterSource, type ReadableFile } from "@atelier/engine";
import { type Setting, settingsKey, sha256Hex } from "../data/content-hash.js";

/**
 * The hash of all parameters and of the config that they are used with.
 * @throws AtelierError `file` when a mapped parameter cannot be read.
 */
export async function fingerprintModel(
  files: FileStore,
  parameters: ReadonlyMap<string, ParameterSource>,
  config: object,
): Promise<string> {
  const open = new Map<string, ReadableFile>();
  try {
    const hashes: Record<string, Setting> = {};
    for (const [name, source] of parameters) {
      hashes[name] = await sha256Hex(await bytesOf(source, files, open));
    }
    return await settingsKey({ config: JSON.stringify(config), hashes });
  } finally {
    for (const file of open.values()) await file.close();
  }
}

async function bytesOf(
  source: ParameterSource,
  files: FileStore,
  open: Map<string, ReadableFile>,
): Promise<Uint8Array> {
  if (!("path" in source)) return byteView(source.data);
  const file = open.get(source.path) ?? (await files.open(source.path));
  open.set(source.path, file);
  return file.read(source.byteOffset, source.byteLength);
}
