/**
 * @file LoRA files as diffusers' training scripts write them (`pytorch_lora_weights.safetensors`).
 * They hold no alpha tensors, so `lora_adapter_metadata` is always written: without it diffusers
 * takes alpha for the rank and changes the strength without a word.
 */

import { AtelierError, type FileStore } from "@atelier/engine";
import type { StoredFloat } from "../safetensors/float-codec.js";
import { tensorSource, writeSafetensors } from "../safetensors/write-safetensors.js";
import { ADAPTER_METADATA_KEY } from "./lora-config.js";
import { type LoraModule, type LoraWeights, splitModulePath } from "./lora-weights.js";
import { portableMetadata } from "./write-kohya-lora.js";

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
    throw new AtelierError("weights", `${path}: expected LoRA modules to write, got none.`);
  }
  const tensors = [...weights.modules].flatMap(([name, { down, up }]) => {
    const { component } = splitModulePath(name);
    const stem = `${name}.${component === "unet" ? "lora" : "lora_linear_layer"}`;
    return [
      tensorSource(`${stem}.down.weight`, down, { dtype }),
      tensorSource(`${stem}.up.weight`, up, { dtype }),
    ];
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

/** The flattened LoraConfig of each component, fields sorted by name as diffusers has them. */
function adapterMetadata({ modules }: LoraWeights): Record<string, unknown> {
  const byComponent = new Map<string, Map<string, LoraModule>>();
  for (const [name, module] of modules) {
    const { component, path } = splitModulePath(name);
    const group = byComponent.get(component) ?? new Map<string, LoraModule>();
    // PEFT matches by the end of a path, and newer transformers have no `text_model.` in theirs.
    byComponent.set(component, group.set(path.replace(/^text_model\./, ""), module));
  }
  const fields = [...byComponent].flatMap(([component, group]) =>
    Object.entries(loraConfig(group)).map(
      ([key, value]) => [`${component}.${key}`, value] as const,
    ),
  );
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function loraConfig(group: ReadonlyMap<string, LoraModule>): Record<string, unknown> {
  const rank = mostFrequent([...group.values()].map((module) => module.rank));
  const alpha = mostFrequent([...group.values()].map((module) => module.alpha));
  const entries = [...group].sort(([a], [b]) => (a < b ? -1 : 1));
  const others = entries.filter(([, module]) => module.rank !== rank);
  const otherAlphas = entries.filter(([, module]) => module.alpha !== alpha);
  return {
    peft_type: "LORA",
    r: rank,
    lora_alpha: alpha,
    rank_pattern: Object.fromEntries(others.map(([path, module]) => [path, module.rank])),
    alpha_pattern: Object.fromEntries(otherAlphas.map(([path, module]) => [path, module.alpha])),
    target_modules: entries.map(([path]) => path),
    use_rslora: false,
    use_dora: false,
    bias: "none",
  };
}

/** The value that occurs most often; the first of them on a tie. */
function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [[winner] = [1]] = [...counts].sort(([, a], [, b]) => b - a);
  return winner;
}
