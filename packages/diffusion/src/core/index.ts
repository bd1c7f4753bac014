/** @file `@atelier/diffusion/core`: values that all of Atelier shares. */

export {
  type MethodName,
  mapParts,
  methodTitles,
  type PartName,
  type Parts,
  partEntries,
} from "./adapter-parts.js";
export { type BaseDType, baseDTypes } from "./base-dtype.js";
export { byRequest } from "./by-request.js";
export type { AdaptedComponent, ComponentName, TextEncoderName } from "./component-name.js";
export { type Setting, settingsKey, sha256Hex } from "./content-hash.js";
export { dataUri } from "./data-uri.js";
export { type Embedding, makeEmbedding, vectorCount } from "./embedding.js";
export {
  type GenerationConfig,
  generationConfigName,
  readGenerationConfig,
  writeGenerationConfig,
} from "./generation-config.js";
export {
  type LoraModule,
  type LoraWeights,
  makeLoraModule,
  splitModulePath,
} from "./lora-weights.js";
export { nearestName } from "./nearest-name.js";
export { type OptionName, option, optionNames, sayOptions } from "./option-words.js";
export { quoteArgument } from "./quote-argument.js";
export type { ConfigObject } from "./read-config.js";
export { readJson, readText } from "./read-text.js";
export { pixelsFromRgb, type RgbPicture, rgbFromPixels } from "./rgb-picture.js";
export { roundTicks } from "./round-ticks.js";
export type { SafetensorsDType } from "./safetensors-dtype.js";
export { storedHash } from "./stored-hash.js";
export { trainingConfigName } from "./training-config.js";
export {
  type Estimate,
  type Kept,
  type Learned,
  type LearnedBank,
  type Moved,
  type Preference,
  preferences,
  type Verdict,
  type VerdictAction,
  type VerdictAdvice,
  type VerdictNumbers,
  type VerdictSentences,
  type VerdictState,
  verdictSentence,
  verdictStates,
} from "./verdict.js";
export { type Some, some } from "./warnings/param-kinds.js";
export {
  sentenceOf,
  type Warning,
  type WarningCode,
  type WarningEvent,
  type WarningParams,
  type WarningSentences,
  warning,
  warningEvent,
} from "./warnings/warning.js";
export type { SafetensorsEntry, WeightEntry, Weights } from "./weights.js";
