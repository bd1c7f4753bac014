/** @file `@atelier/diffusion/families`: kinds of models, as values. */

export {
  type ComponentConfigs,
  type Configs,
  components,
  configOf,
  parameterPrefix,
} from "./components.js";
export { families, familyList, familyOf, familyTitles } from "./families.js";
export {
  type Conditioning,
  type FamilyId,
  familyIds,
  type LatentRules,
  type ModelFamily,
  type PictureSizes,
  type TextEncoder,
} from "./family.js";
export { knownLayers } from "./known-layers.js";
export { adaptableLayers, componentParameters, trainableParameters } from "./layers.js";
export {
  type ComponentFiles,
  componentOf,
  configsOf,
  type ModelFiles,
  mapComponents,
  presentComponents,
} from "./model-files.js";
