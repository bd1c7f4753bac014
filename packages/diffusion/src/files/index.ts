/** @file `@atelier/diffusion/files`: files of models, adapters, words and pictures, and the Hugging Face Hub. */

export { architectureMetadata, architectureOf } from "./adapter/base-architecture.js";
export { detectLoraFile, type LoraFileFacts } from "./adapter/detect-lora-file.js";
export { isLoraFolder, type LoraPlace, locateLora } from "./adapter/locate-lora.js";
export type { UnsupportedKind } from "./adapter/lora-keys.js";
export type { AlphaSource } from "./adapter/lora-strength.js";
export { type LoadedLora, type ReadLoraOptions, readLora } from "./adapter/read-lora.js";
export type { AdaptedLayers, LayerForm } from "./adapter/shape-for-layer.js";
export { type WriteComfyLoraOptions, writeComfyLora } from "./adapter/write-comfy-lora.js";
export {
  DIFFUSERS_LORA_NAME,
  isDiffusersLora,
  type WriteDiffusersLoraOptions,
  writeDiffusersLora,
} from "./adapter/write-diffusers-lora.js";
export { type WriteKohyaLoraOptions, writeKohyaLora } from "./adapter/write-kohya-lora.js";
export {
  PEFT_ADAPTER_NAME,
  type WritePeftAdapterOptions,
  writePeftAdapter,
} from "./adapter/write-peft-adapter.js";
export type { BlobHash, HubCache, PartialBlob } from "./hub/hub-cache.js";
export type { HubAccess } from "./hub/hub-client.js";
export { type HubSource, parseHubSource } from "./hub/hub-name.js";
export {
  type HubEvent,
  type ResolvedModel,
  type ResolveModelOptions,
  resolveModel,
} from "./hub/resolve-model.js";
export { selectAdapterFiles } from "./hub/select-adapter-files.js";
export { selectAutoencoderFiles } from "./hub/select-autoencoder-files.js";
export { selectEmbedderFiles } from "./hub/select-embedder-files.js";
export type { SelectedFiles, SelectFiles } from "./hub/select-model-files.js";
export { readAdapterClaims } from "./model/adapter-claims.js";
export { hasDenoiser } from "./model/detect-single-file.js";
export { openModelFiles } from "./model/open-model-files.js";
export type { OpenModelOptions } from "./model/open-options.js";
export { type QuantizeOptions, quantizeModel } from "./model/quantize-model.js";
export { type ReplacedWeights, replaceWeights } from "./model/replace-weights.js";
export {
  type AdapterClaim,
  predictionOf,
  type ToldPrediction,
  toldByMetadata,
} from "./model/told-prediction.js";
export { requireWeights } from "./model/translate-weights.js";
export {
  type WriteFolderOptions,
  type WriteSingleFileOptions,
  writeFolder,
  writeSingleFile,
} from "./model/write-model-files.js";
export { type ByteBuilder, createByteBuilder } from "./pickle/byte-builder.js";
export { openPytorch } from "./pickle/open-pytorch.js";
export { type TorchValue, writePytorch } from "./pickle/write-pytorch.js";
export {
  type EmbeddingMention,
  formatA1111Parameters,
  type GenerationParameters,
  type LoraUse,
  type ParsedParameters,
  parametersKeyword,
  parseA1111Parameters,
} from "./png/a1111-parameters.js";
export { type ContactSheetOptions, contactSheet } from "./png/contact-sheet.js";
export { encodePng, type PngOptions } from "./png/encode-png.js";
export { readPngText } from "./png/png-text.js";
export { narrowFromFloat32, type StoredFloat, widenToFloat32 } from "./safetensors/float-codec.js";
export { openSafetensors, type SafetensorsFile } from "./safetensors/open-safetensors.js";
export { openShardedSafetensors } from "./safetensors/open-sharded-safetensors.js";
export {
  encodeSafetensors,
  type TensorSource,
  tensorSource,
  type WriteSafetensorsOptions,
  writeSafetensors,
} from "./safetensors/write-safetensors.js";
export { isPytorchName, openTensorFile, type TensorFile } from "./tensor-file.js";
export {
  detectEmbeddingFile,
  type EmbeddingFileFacts,
  type EmbeddingFormat,
} from "./word/detect-embedding-file.js";
export {
  type LoadedEmbedding,
  type ReadEmbeddingOptions,
  readEmbedding,
} from "./word/read-embedding.js";
export {
  DIFFUSERS_EMBEDDING_NAMES,
  type WriteDiffusersEmbeddingOptions,
  type WriteWebuiEmbeddingOptions,
  writeDiffusersEmbedding,
  writeWebuiEmbedding,
} from "./word/write-embedding.js";
