/**
 * @file Adapters as PEFT's `save_pretrained` writes them: per component a folder with
 * `adapter_config.json` and `adapter_model.safetensors`. It is the one form in which PEFT reads LoHa and
 * LoKr, which diffusers' own files cannot hold.
 */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { partEntries, partSuffixes } from "../../core/adapter-parts.js";
import type { LoraWeights } from "../../core/lora-weights.js";
import type { StoredFloat } from "../safetensors/float-codec.js";
import { tensorSource, writeSafetensors } from "../safetensors/write-safetensors.js";
import { portableMetadata } from "./describe-lora.js";
import { modulesByComponent } from "./modules-by-component.js";
import { peftConfig } from "./peft-config.js";
import { asPeftHasIt } from "./write-diffusers-lora.js";

/** The file name of PEFT's tensors. */
export const PEFT_ADAPTER_NAME = "adapter_model.safetensors";

/** Options of {@link writePeftAdapter}. */
export interface WritePeftAdapterOptions {
  readonly dtype?: StoredFloat;
  /** More or other metadata. */
  readonly metadata?: ReadonlyMap<string, string>;
}

/**
 * Writes `<folder>/<component>/` for each component and returns the paths of the tensor files.
 * @throws AtelierError `weights` when there is no module or PEFT has no config for them, `file`.
 */
export async function writePeftAdapter(
  files: FileStore,
  folder: string,
  weights: LoraWeights,
  { dtype = "F32", metadata = new Map() }: WritePeftAdapterOptions = {},
): Promise<string[]> {
  if (weights.modules.size === 0) {
    throw new AtelierError("weights", said`${folder}: expected modules to write, got none.`);
  }
  const paths: string[] = [];
  for (const [component, group] of modulesByComponent(weights)) {
    const tensors = [...group].flatMap(([name, module]) =>
      partEntries(module.parts).map(([part, tensor]) => {
        const suffix = partSuffixes[module.method][part] ?? part;
        const shaped = part === "magnitude" ? asPeftHasIt(tensor, module) : tensor;
        return tensorSource(`base_model.model.${name}.${suffix}`, shaped, { dtype });
      }),
    );
    const config = JSON.stringify(peftConfig(group), null, 2);
    const path = files.join(folder, component, PEFT_ADAPTER_NAME);
    const bytes = new TextEncoder().encode(`${config}\n`);
    await files.write(files.join(folder, component, "adapter_config.json"), [bytes]);
    await writeSafetensors(files, path, tensors, {
      metadata: new Map([...portableMetadata(weights), ...metadata, ["format", "pt"]]),
    });
    paths.push(path);
  }
  return paths;
}
