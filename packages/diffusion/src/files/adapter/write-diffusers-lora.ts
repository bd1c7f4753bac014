/**
 * @file LoRA files as diffusers' training scripts write them (`pytorch_lora_weights.safetensors`).
 * They hold no alpha tensors, so `lora_adapter_metadata` is always written: without it diffusers
 * takes alpha for the rank and changes the strength without a word.
 */

import { AtelierError, type FileStore, type FloatTensor, floatTensor, said } from "@atelier/engine";
import {
  methodTitles,
  type PartName,
  partEntries,
  partSuffixes,
} from "../../core/adapter-parts.js";
import { textEncoderNames } from "../../core/component-name.js";
import { type LoraModule, type LoraWeights, splitModulePath } from "../../core/lora-weights.js";
import type { StoredFloat } from "../safetensors/float-codec.js";
import { tensorSource, writeSafetensors } from "../safetensors/write-safetensors.js";
import { portableMetadata } from "./describe-lora.js";
import { ADAPTER_METADATA_KEY } from "./lora-config.js";
import { modulesByComponent } from "./modules-by-component.js";
import { peftConfig } from "./peft-config.js";

/** The file name that diffusers looks for in a folder. */
export const DIFFUSERS_LORA_NAME = "pytorch_lora_weights.safetensors";

/** Options of {@link writeDiffusersLora}. */
export interface WriteDiffusersLoraOptions {
  readonly dtype?: StoredFloat;
  /** More or other metadata. */
  readonly metadata?: ReadonlyMap<string, string>;
}

/**
 * Writes a diffusers file and returns its size in bytes. Metadata that the weights came with is kept.
 * @throws AtelierError `weights` when there is no module, `file`.
 */
export async function writeDiffusersLora(
  files: FileStore,
  path: string,
  weights: LoraWeights,
  { dtype = "F32", metadata = new Map() }: WriteDiffusersLoraOptions = {},
): Promise<number> {
  if (weights.modules.size === 0) {
    throw new AtelierError("weights", said`${path}: expected LoRA modules to write, got none.`);
  }
  const isOfTransformer = [...weights.modules.keys()].some(
    (name) => splitModulePath(name).component === "transformer",
  );
  const tensors = [...weights.modules].flatMap(([name, module]) => {
    requireLowRank(path, module);
    return partEntries(module.parts).map(([part, tensor]) =>
      part === "magnitude"
        ? tensorSource(magnitudeKey(name), asPeftHasIt(tensor, module), { dtype })
        : tensorSource(
            `${name}.${isOfTransformer ? partSuffixes.lora[part] : oldSuffix(name, part)}`,
            tensor,
            { dtype },
          ),
    );
  });
  const config = JSON.stringify(adapterMetadata(weights), null, 2);
  return writeSafetensors(files, path, tensors, {
    metadata: new Map([
      ...portableMetadata(weights),
      ...metadata,
      ["format", "pt"],
      [ADAPTER_METADATA_KEY, config],
    ]),
  });
}

/** diffusers' own name for denoisers; transformers finds the text encoder's under this one alone. */
const magnitudeKey = (name: string): string =>
  `${name}.lora_magnitude_vector${isTextEncoder(name) ? ".weight" : ""}`;

/** Of pipelines with a UNet, which diffusers still writes as before PEFT. */
const oldSuffix = (name: string, part: PartName): string =>
  `${isTextEncoder(name) ? "lora_linear_layer" : "lora"}.${part}.weight`;

function isTextEncoder(name: string): boolean {
  const { component } = splitModulePath(name);
  return textEncoderNames.some((encoder) => encoder === component);
}

/** Whether diffusers' own files can hold an adapter. */
export function isDiffusersLora({ modules }: LoraWeights): boolean {
  return [...modules.values()].every(isLowRank);
}

const isLowRank = ({ method }: LoraModule): boolean => method === "lora" || method === "dora";

function requireLowRank(path: string, module: LoraModule): void {
  const { method } = module;
  if (isLowRank(module)) return;
  throw new AtelierError(
    "weights",
    said`${path}: expected LoRA or DoRA, which diffusers' own files can hold, got ${methodTitles[method]}. Write a PEFT folder or a kohya file.`,
  );
}

/** PEFT keeps the magnitudes of convolutions as `[1, out, 1, 1]`. */
export function asPeftHasIt(magnitude: FloatTensor, { parts }: LoraModule): FloatTensor {
  const isConvolution = parts.up?.shape.length === 4;
  const { data } = magnitude;
  return isConvolution ? floatTensor(data, [1, data.length, 1, 1]) : magnitude;
}

/** The flattened LoraConfig of each component, fields sorted by name as diffusers has them. */
function adapterMetadata(weights: LoraWeights): Record<string, unknown> {
  const fields = [...modulesByComponent(weights)].flatMap(([component, group]) =>
    Object.entries(peftConfig(group)).map(
      ([key, value]) => [`${component}.${key}`, value] as const,
    ),
  );
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}
