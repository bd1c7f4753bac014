/** @file Entry point `@atelier/engine/node`: what the engine needs from Node. */

export { makeFolder, nodeFiles } from "./node-files.js";
export {
  createOrtRuntime,
  type OrtProvider,
  type OrtRuntimeOptions,
  trainingEnvironment,
} from "./ort-node.js";
