/** @file `@atelier/diffusion/pipeline`: models at work: drawing pictures. */

export { type Adapter, type AdapterBase, requireAdapters } from "./adapters.js";
export { joinConditionings, sequenceOf, wholePicture, zerosLike } from "./conditioning.js";
export { displayName } from "./display-name.js";
export { generate } from "./generate.js";
export type {
  GeneratedImage,
  GenerateEvent,
  GenerateStep,
} from "./generate-events.js";
export {
  type GenerateOptions,
  type GenerateSettings,
  resolveGenerateOptions,
} from "./generate-settings.js";
export type { ModelKind } from "./graphs.js";
export { type LoadPipelineOptions, loadPipeline } from "./load-pipeline.js";
export { type MergedWeight, type MergeTarget, mergeAdapters } from "./merge-adapters.js";
export type {
  Denoiser,
  DenoiserOptions,
  DenoiserSizes,
  EncodedImages,
  EncodedPrompts,
  EncodeOptions,
  OwnedPipeline,
  Pipeline,
} from "./pipeline.js";
export {
  type NetworkTag,
  type PromptSyntax,
  promptSyntaxes,
  promptSyntaxIn,
  type ReadPrompt,
  readPrompt,
} from "./prompt-syntax.js";
export { type ReadAdapter, type ReadAdapterOptions, readAdapter } from "./read-adapter.js";
export {
  firstTokenizer,
  idsOfText,
  lazyTokenizers,
  stackIds,
  type TextIds,
  type TokenIds,
  type Tokenizers,
} from "./tokenizers.js";
export { type NameObstacle, nameObstacle, type UnusableWord, usableWords } from "./usable-words.js";
