/**
 * @file Hashes of stored tensors, kept on disk: a base of gigabytes is read once, not at every start. A hash counts
 * for a place in a file of that size and time of change; a file changed since is hashed again.
 */

import type { FileStore, ParameterSource } from "@atelier/engine";
import { z } from "zod";
import { sha256Hex } from "../core/content-hash.js";
import { readText } from "../core/read-text.js";

/** Hashes that are kept. */
export interface KeptHashes {
  /** The kept hash of a parameter's bytes, or what `compute` gives. Of values in memory none is kept. */
  of(source: ParameterSource, compute: () => Promise<string>): Promise<string>;
  /** Writes what is new. @throws AtelierError `file`. */
  save(): Promise<void>;
}

/** A change in the same moment may leave size and time as they are: so long must a file have been at rest. */
const restMs = 2000;

const recordSchema = z.object({
  path: z.string(),
  sizeBytes: z.number(),
  modifiedMs: z.number(),
  /** By `offset+length`. */
  hashes: z.record(z.string(), z.string()),
});
type HashRecord = z.infer<typeof recordSchema>;

interface OpenRecord {
  readonly target: string;
  readonly record: HashRecord;
  isNew: boolean;
}

/** Keeps hashes in a folder, one file for each file of weights. */
export function keepHashes(files: FileStore, folder: string): KeptHashes {
  const records = new Map<string, Promise<OpenRecord | undefined>>();
  const open = async (path: string): Promise<OpenRecord | undefined> => {
    const { sizeBytes, modifiedMs } = (await files.stat(path)) ?? {};
    if (sizeBytes === undefined || modifiedMs === undefined) return undefined;
    if (Date.now() - modifiedMs < restMs) return undefined;
    const name = (await sha256Hex(new TextEncoder().encode(path))).slice(0, 32);
    const target = files.join(folder, `${name}.json`);
    const known = await readRecord(files, target);
    const isSame =
      known?.path === path && known.sizeBytes === sizeBytes && known.modifiedMs === modifiedMs;
    return {
      target,
      record: isSame ? known : { path, sizeBytes, modifiedMs, hashes: {} },
      isNew: false,
    };
  };
  return {
    async of(source, compute) {
      if (!("path" in source)) return compute();
      const opening = records.get(source.path) ?? open(source.path);
      records.set(source.path, opening);
      const kept = await opening;
      if (kept === undefined) return compute();
      const place = `${source.byteOffset}+${source.byteLength}`;
      const known = kept.record.hashes[place];
      if (known !== undefined) return known;
      const hash = await compute();
      kept.record.hashes[place] = hash;
      kept.isNew = true;
      return hash;
    },
    async save() {
      for (const opening of records.values()) {
        const kept = await opening;
        if (kept?.isNew !== true) continue;
        await files.write(kept.target, [new TextEncoder().encode(JSON.stringify(kept.record))]);
      }
    },
  };
}

/** A record that is absent or damaged only means that its file is hashed again. */
async function readRecord(files: FileStore, path: string): Promise<HashRecord | undefined> {
  if ((await files.stat(path)) === undefined) return undefined;
  try {
    return recordSchema.parse(JSON.parse(await readText(files, path)));
  } catch {
    return undefined;
  }
}
