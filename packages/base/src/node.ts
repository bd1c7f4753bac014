/** @file Entry point `@atelier/base/node`: the embedded base on this machine. */

export {
  type EmbeddedBaseOptions,
  embeddedBaseFolder,
  openEmbeddedBase,
} from "./adapters/embedded-base.js";
export { createMascotRenderer, mascotSvg } from "./adapters/render-mascot.js";
export { createSceneRenderer, type SceneRenderer } from "./adapters/render-scenes.js";
