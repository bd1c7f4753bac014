/**
 * @file `--adapter file[:weight]`: a path, which may hold colons itself, or a repository, and how strongly to
 * apply it.
 */

import { isPytorchName, parseHubSource } from "@atelier/diffusion/files";
import { AtelierError, type FileStore, type Sentence, said } from "@atelier/engine";

/** An adapter as the command line names it. */
export interface AdapterUse {
  /** Of a file or folder, or a repository of the Hugging Face Hub. */
  readonly path: string;
  readonly weight: number;
}

/** What is said of text that names no adapter. */
export interface AdapterRefusals {
  nothingThere(path: string): Sentence;
  badWeight(value: string): Sentence;
}

const ofOption: AdapterRefusals = {
  nothingThere: (path) =>
    said`--adapter ${path}: expected a LoRA file or folder, got nothing at this path. Check the path; a repository is called organisation/name.`,
  badWeight: (value) =>
    said`--adapter ${value}: expected file or file:weight with a number, got another weight. Write for example dog.safetensors:0.8.`,
};

/**
 * Takes `file:0.8` apart. What follows the last colon is a weight unless it holds a slash, as it does
 * after a drive letter, or the whole text names a file that exists.
 * @throws AtelierError `config` for a weight that is no number, `file` when nothing stands at the path.
 */
export async function parseAdapterUse(
  value: string,
  files: FileStore,
  refusals: AdapterRefusals = ofOption,
): Promise<AdapterUse> {
  if ((await files.stat(value)) !== undefined) return { path: value, weight: 1 };
  if (isAdapterRepository(value)) return { path: value, weight: 1 };
  const [, path, weight] = /^(.+):([^:\\/]*)$/.exec(value) ?? [];
  if (path === undefined || weight === undefined) {
    throw new AtelierError("file", refusals.nothingThere(value));
  }
  if (weight.trim() === "" || !Number.isFinite(Number(weight))) {
    throw new AtelierError("config", refusals.badWeight(value));
  }
  if (isAdapterRepository(path) || (await files.stat(path)) !== undefined) {
    return { path, weight: Number(weight) };
  }
  throw new AtelierError("file", refusals.nothingThere(path));
}

/** Whether a name is that of a repository, not of a file that is not there. */
export function isAdapterRepository(source: string): boolean {
  const isFile = /\.safetensors$/i.test(source) || isPytorchName(source);
  return !isFile && parseHubSource(source) !== undefined;
}
