/**
 * @file LoRA files under the names that ComfyUI has for a model's own weights: the original paths of Stability and
 * Black Forest Labs with dots, `diffusion_model.double_blocks.0.img_attn.qkv.lora_A.weight`, an alpha tensor per
 * module, and the metadata of kohya's files.
 */

import type { FileStore } from "@atelier/engine";
import type { LoraWeights } from "../../core/lora-weights.js";
import { comfyNames } from "./lora-module-names.js";
import {
  type LoraDialect,
  type WriteNamedLoraOptions,
  writeNamedLora,
} from "./write-named-lora.js";

/** Options of {@link writeComfyLora}. */
export type WriteComfyLoraOptions = WriteNamedLoraOptions;

const dialect: LoraDialect = {
  names: comfyNames,
  isOriginal: () => true,
  suffixes: { down: "lora_A.weight", up: "lora_B.weight", magnitude: "dora_scale" },
};

/**
 * Writes a file under ComfyUI's names and returns its size in bytes. Metadata that the weights came with is kept;
 * words are bundled, see bundled-words.ts.
 * @throws AtelierError `weights` when a module has no such name or there is none, `file`.
 */
export const writeComfyLora = (
  files: FileStore,
  path: string,
  weights: LoraWeights,
  options: WriteComfyLoraOptions,
): Promise<number> => writeNamedLora(files, path, weights, { ...options, dialect });
