/** @file `@atelier/diffusion/data`: pictures and captions. */

export { type Batches, type BatchOptions, createBatches, epochOrder } from "./batches.js";
export { captionsOfWord } from "./caption-templates.js";
export {
  type CaptionedFolder,
  type CaptionedPicture,
  type CaptionOptions,
  readCaptionedFolder,
} from "./captions.js";
export { type ImageFolder, listImageFolder, type PictureFile } from "./image-folder.js";
export {
  keepSignatures,
  type PictureBytes,
  type SignatureOptions,
  type Signatures,
} from "./kept-signatures.js";
export {
  type LoadedPicture,
  loadPicture,
  type PictureOptions,
  type PictureSettings,
  pictureSettings,
  probePicture,
  readPictureFile,
} from "./load-picture.js";
export {
  areAlike,
  type Likeness,
  type LikePair,
  type LookAlikes,
  lookAlikes,
  type Overlap,
  overlaps,
} from "./look-alikes.js";
export type { DecodeOptions, PictureDecoder, PictureInfo, RgbColor } from "./picture-decoder.js";
export {
  extensionOf,
  identifyPicture,
  type PictureFormat,
  pictureFormatOfName,
  type UnsupportedFormat,
} from "./picture-format.js";
export { foldName, indexPictureNames, type PictureNames, stemOf } from "./picture-names.js";
export {
  type PicturePlan,
  type PictureProcessor,
  planPicture,
  processPictures,
  readPictureProcessor,
} from "./picture-processor.js";
export { type PictureSignature, signatureOf } from "./picture-signature.js";
export { type ResampleFilter, resampleRgb } from "./resample.js";
export {
  type CropPosition,
  type PictureSize,
  planResizeCrop,
  type ResizeCropOptions,
  type ResizeCropPlan,
} from "./resize-crop.js";
export { isSystemFile } from "./system-files.js";
export {
  type CacheRequest,
  type CacheResult,
  type CacheSize,
  createTensorCache,
  type NamedTensors,
  type TensorCache,
} from "./tensor-cache.js";
