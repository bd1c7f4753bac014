/** @file `@atelier/diffusion/tuning`: what trains. */

export { adapterMisfits, listMisfits } from "./adapter-fit.js";
export { type CombinedAdapter, combineAdapters, type WeightedAdapter } from "./combine-adapters.js";
export { type DropShares, dropoutInputName } from "./drops.js";
export { type EmbeddingTuningOptions, embeddingTuning } from "./embedding-tuning.js";
export {
  type ExtractedAdapter,
  type ExtractOptions,
  type ExtractProgress,
  extractAdapter,
} from "./extract-adapter.js";
export {
  type InitialLoraOptions,
  initialLora,
  type LoraSlot,
  type WeightReader,
} from "./lora-initial.js";
export {
  type LoraLayer,
  type LoraOverlayOptions,
  loraOverlay,
  loraOverlays,
  loraParameterNames,
} from "./lora-overlay.js";
export { type LayerPatterns, type LoraSlotsOptions, loraSlots } from "./lora-slots.js";
export { selectLayers } from "./lora-targets.js";
export { type LoraTuning, type LoraTuningOptions, loraTuning } from "./lora-tuning.js";
export type { AdapterInit } from "./methods/adapter-method.js";
