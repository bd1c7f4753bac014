/** @file The public names of @atelier/diffusion, in the order data flows. */

export {
  openSafetensors,
  type SafetensorsEntry,
  type SafetensorsFile,
} from "./io/safetensors/open-safetensors.js";
export { openShardedSafetensors } from "./io/safetensors/open-sharded-safetensors.js";
export type { SafetensorsDType } from "./io/safetensors/safetensors-dtype.js";
export {
  type TensorSource,
  tensorSource,
  type WriteSafetensorsOptions,
  writeSafetensors,
} from "./io/safetensors/write-safetensors.js";
