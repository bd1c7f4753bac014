/** @file Layers under one name, `nn`, since some share theirs with operations. */

export {
  type BiasOption,
  type ConvLayerOptions,
  conv,
  embedding,
  groupNorm,
  layerNorm,
  linear,
} from "./layers.js";
