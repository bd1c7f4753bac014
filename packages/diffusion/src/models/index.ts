/** @file `@atelier/diffusion/models`: models as functions that build graphs. */

export { readVaeConfig, type VaeConfig, writeVaeConfig } from "./autoencoder-kl/config.js";
export { sampleLatents, scaleLatents, unscaleLatents } from "./autoencoder-kl/latents.js";
export { decodeLatents, encodeImage, type LatentDistribution } from "./autoencoder-kl/model.js";
export { type ClipConfig, readClipConfig } from "./clip/config.js";
export {
  type ClipTextConfig,
  readClipTextConfig,
  writeClipTextConfig,
} from "./clip-text/config.js";
export { type ClipTextOptions, type ClipTextOutputs, clipText } from "./clip-text/model.js";
export type { ClipVisionConfig } from "./clip-vision/config.js";
export { type ClipVisionOutputs, clipVision } from "./clip-vision/model.js";
export { type Dinov2Config, readDinov2Config } from "./dinov2/config.js";
export { type Dinov2Outputs, dinov2 } from "./dinov2/model.js";
export { type FluxConfig, fluxWidth, readFluxConfig, writeFluxConfig } from "./flux/config.js";
export { type FluxInputSizes, type FluxInputs, fluxInputs } from "./flux/inputs.js";
export { flux } from "./flux/model.js";
export { imageIds, packLatents, unpackLatents } from "./flux/packing.js";
export type { BlockOptions } from "./layers/block-runner.js";
export { type LayerInfo, listLayers, listParameters, type ParameterInfo } from "./list-layers.js";
export { type MmditConfig, mmditWidth, readMmditConfig, writeMmditConfig } from "./mmdit/config.js";
export { type MmditInputSizes, type MmditInputs, mmditInputs } from "./mmdit/inputs.js";
export { mmdit } from "./mmdit/model.js";
export {
  type PictureEncoderConfig,
  readPictureEncoderConfig,
  writePictureEncoderConfig,
} from "./picture-encoder/config.js";
export { pictureEncoder } from "./picture-encoder/model.js";
export { readT5Config, type T5Config, writeT5Config } from "./t5/config.js";
export { t5Encoder } from "./t5/model.js";
export {
  readTransformerConfig,
  type TransformerConfig,
  writeTransformerConfig,
} from "./transformer-config.js";
export {
  readUNetConfig,
  type UNetConfig,
  type UNetDownBlockType,
  type UNetUpBlockType,
  writeUNetConfig,
} from "./unet/config.js";
export { type UNetInputSizes, type UNetInputs, unetInputs } from "./unet/inputs.js";
export { unet } from "./unet/model.js";
