/** @file Entry point `@atelier/diffusion/node`: what the diffusion package needs from Node. */

export { atelierCacheFolder, type CacheFolderOptions } from "./cache-folder.js";
export { sharpPictures } from "./sharp-pictures.js";
