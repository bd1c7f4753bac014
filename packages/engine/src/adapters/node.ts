/** @file Entry point `@atelier/engine/node`: what the engine needs from Node. */

export { makeFolder, nodeFiles } from "./node-files.js";
export { createOrtRuntime, type OrtRuntimeOptions } from "./ort/ort-runtime.js";
export { operatorsOnProcessor } from "./ort/placements.js";
export { chooseRoute, type OrtRoute } from "./ort/route.js";
export type { OrtProvider } from "./ort/sessions.js";
export { trainingEnvironment } from "./training-environment.js";
