/** @file Layers under one name, `nn`, since some share theirs with operations. */

export {
  type BiasOption,
  type ConvLayerOptions,
  conv,
  embedding,
  type GroupNormOptions,
  groupNorm,
  layerNorm,
  linear,
  rmsNorm,
} from "./layers.js";
