/** @file The one door to files of named tensors: safetensors, GGUF, or PyTorch's pickled form. */

import type { FileStore } from "@atelier/engine";
import type { Warning } from "../core/warnings/warning.js";
import { openGguf } from "./gguf/open-gguf.js";
import { openPytorch } from "./pickle/open-pytorch.js";
import { openSafetensors, type SafetensorsFile } from "./safetensors/open-safetensors.js";
import { withScales } from "./safetensors/scaled-weights.js";

/** An open file of tensors, whatever form it has. */
export interface TensorFile extends SafetensorsFile {
  /** What was left out of the file. */
  readonly notes: readonly Warning[];
}

/** Whether a name is that of a file of `torch.save`. */
export function isPytorchName(path: string): boolean {
  return /\.(ckpt|pt|pth|bin)$/i.test(path);
}

/**
 * Opens a file by the form that its name promises.
 * @throws AtelierError `file` when it cannot be read, `format` when it is damaged, hostile or of
 *   another form than its name says, `weights` for weights whose scales are missing or unknown.
 */
export async function openTensorFile(files: FileStore, path: string): Promise<TensorFile> {
  if (isPytorchName(path)) return openPytorch(files, path);
  if (/\.gguf$/i.test(path)) return { ...(await openGguf(files, path)), notes: [] };
  const file = await openSafetensors(files, path);
  try {
    return { ...(await withScales(file)), notes: [] };
  } catch (error) {
    await file.close();
    throw error;
  }
}
