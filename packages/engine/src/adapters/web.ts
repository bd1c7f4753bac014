/** @file Entry point `@atelier/engine/web`: what the engine needs in a browser. */

export { createMemoryFiles, type MemoryFiles } from "./memory-files.js";
export {
  createWebRuntime,
  type WebProvider,
  type WebRuntime,
  type WebRuntimeOptions,
} from "./ort/web-runtime.js";
