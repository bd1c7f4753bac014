/** @file The adapter methods by name. */

import type { MethodName } from "../../core/adapter-parts.js";
import type { AdapterMethod } from "./adapter-method.js";
import { dora } from "./dora.js";
import { loha } from "./loha.js";
import { lokr } from "./lokr.js";
import { lora } from "./lora.js";

/** Every adapter method. */
export const adapterMethods: { readonly [M in MethodName]: AdapterMethod } = {
  lora,
  dora,
  loha,
  lokr,
};
