/** @file The modules of an adapter by the part of the pipeline that they belong to. */

import type { AdaptedComponent } from "../../core/component-name.js";
import { type LoraModule, type LoraWeights, splitModulePath } from "../../core/lora-weights.js";

/** Modules by component and by their path in it, as PEFT matches them. */
export function modulesByComponent({
  modules,
}: LoraWeights): Map<AdaptedComponent, Map<string, LoraModule>> {
  const groups = new Map<AdaptedComponent, Map<string, LoraModule>>();
  for (const [name, module] of modules) {
    const { component, path } = splitModulePath(name);
    const group = groups.get(component) ?? new Map<string, LoraModule>();
    // PEFT matches by the end of a path, and newer transformers have no `text_model.` in theirs.
    groups.set(component, group.set(path.replace(/^text_model\./, ""), module));
  }
  return groups;
}
