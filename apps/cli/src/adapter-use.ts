/** @file `--adapter file[:weight]`: a path, which may hold colons itself, and how strongly to apply it. */

import { AtelierError, type FileStore } from "@atelier/engine";
import type { Messages } from "./messages/messages.js";

/** An adapter as the command line names it. */
export interface AdapterUse {
  readonly path: string;
  readonly weight: number;
}

/**
 * Takes `file:0.8` apart. What follows the last colon is a weight unless it holds a slash, as it does
 * after a drive letter, or the whole text names a file that exists.
 * @throws AtelierError `config` for a weight that is no number, `file` when nothing stands at the path.
 */
export async function parseAdapterUse(
  value: string,
  files: FileStore,
  { generate: text }: Messages,
): Promise<AdapterUse> {
  if ((await files.stat(value)) !== undefined) return { path: value, weight: 1 };
  const [, path, weight] = /^(.+):([^:\\/]*)$/.exec(value) ?? [];
  if (path === undefined || weight === undefined) {
    throw new AtelierError("file", text.noAdapter(value));
  }
  if (weight.trim() === "" || !Number.isFinite(Number(weight))) {
    throw new AtelierError("config", text.badAdapter(value));
  }
  if ((await files.stat(path)) === undefined) throw new AtelierError("file", text.noAdapter(path));
  return { path, weight: Number(weight) };
}
