/**
 * @file LoRA files as kohya's sd-scripts writes them, which A1111, ComfyUI and others read: names
 * with underscores, an alpha tensor per module, `ss_*` and ModelSpec 1.0.1 metadata, and the two
 * hashes by which A1111 recognises a file whatever its name.
 */

import type { FileStore } from "@atelier/engine";
import type { LoraWeights } from "../../core/lora-weights.js";
import { kohyaNames } from "./lora-module-names.js";
import {
  type LoraDialect,
  type WriteNamedLoraOptions,
  writeNamedLora,
} from "./write-named-lora.js";

/** Options of {@link writeKohyaLora}. */
export type WriteKohyaLoraOptions = WriteNamedLoraOptions;

/** kohya's and LyCORIS' names. */
const dialect: LoraDialect = {
  names: kohyaNames,
  isOriginal: ({ denoiserNames }) => denoiserNames === "original",
  suffixes: { down: "lora_down.weight", up: "lora_up.weight", magnitude: "dora_scale" },
};

/**
 * Writes a kohya file and returns its size in bytes. Metadata that the weights came with is kept;
 * words are bundled, see bundled-words.ts.
 * @throws AtelierError `weights` when a module has no kohya name or there is none, `file`.
 */
export const writeKohyaLora = (
  files: FileStore,
  path: string,
  weights: LoraWeights,
  options: WriteKohyaLoraOptions,
): Promise<number> => writeNamedLora(files, path, weights, { ...options, dialect });
