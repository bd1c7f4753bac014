/** @file Entry point `@atelier/diffusion/node`: what the diffusion package needs from Node. */

export { atelierCacheFolder, type CacheFolderOptions } from "./cache-folder.js";
export {
  type FindModelOptions,
  type FoundModel,
  findModel,
  type ModelPlace,
} from "./find-model.js";
export { createHubDiskCache } from "./hub-disk-cache.js";
export {
  type HubEnvironment,
  hubAccess,
  hubCacheFolder,
  listStoredTokens,
  listUnheeded,
  readHubEnvironment,
} from "./hub-environment.js";
export { isFolderLocked, lockFolder, lockName } from "./lock-folder.js";
export { describeProxy, listProxies, type ProxyServer } from "./proxy-environment.js";
export { sharpPictures } from "./sharp-pictures.js";
export { type NodeTrainOptions, nodeTrainDeps, tensorCacheFolder } from "./train-deps.js";
export { type RunInChildOptions, runInChild } from "./train-process.js";
export { startTrainingChild, type TrainingChild } from "./training-child.js";
