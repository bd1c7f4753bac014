/** @file The public names of @atelier/diffusion, in the order data flows. */

export { type Batches, type BatchOptions, createBatches, epochOrder } from "./data/batches.js";
export {
  type CaptionedFolder,
  type CaptionedPicture,
  type CaptionOptions,
  readCaptionedFolder,
} from "./data/captions.js";
export { type Setting, settingsKey, sha256Hex } from "./data/content-hash.js";
export type { DataWarning, DataWarningKind } from "./data/data-warning.js";
export { type ImageFolder, listImageFolder, type PictureFile } from "./data/image-folder.js";
export {
  type LoadedPicture,
  loadPicture,
  type PictureOptions,
  type PictureSettings,
  pictureSettings,
  probePicture,
  readPictureFile,
} from "./data/load-picture.js";
export type {
  DecodeOptions,
  PictureDecoder,
  PictureInfo,
  RgbColor,
} from "./data/picture-decoder.js";
export type { PictureFormat } from "./data/picture-format.js";
export { type ResampleFilter, resampleRgb } from "./data/resample.js";
export {
  type CropPosition,
  type PictureSize,
  planResizeCrop,
  type ResizeCropOptions,
  type ResizeCropPlan,
  sdxlTimeIds,
} from "./data/resize-crop.js";
export { isSystemFile } from "./data/system-files.js";
export {
  type CacheRequest,
  type CacheResult,
  type CacheSize,
  createTensorCache,
  type NamedTensors,
  type TensorCache,
} from "./data/tensor-cache.js";
export { type CaptionEmbedderOptions, createCaptionEmbedder } from "./evaluate/caption-embedder.js";
export { cmmd, kernelDistance } from "./evaluate/distribution-distance.js";
export { dreamboothPrompts, type PromptSubject } from "./evaluate/dreambooth-prompts.js";
export type { EmbeddedTexts, ImageEmbedder, Judge, TextEmbedder } from "./evaluate/judge.js";
export { type OpenJudgeOptions, openJudge } from "./evaluate/open-judge.js";
export { createPictureEmbedder, type PictureEmbedderOptions } from "./evaluate/picture-embedder.js";
export {
  type BeforeAndAfter,
  clipImageSimilarity,
  clipTextSimilarity,
  instanceSimilarity,
  type PriorDrift,
  pictureDrift,
  priorDrift,
  promptDiversity,
  type SubjectPictures,
} from "./evaluate/picture-scores.js";
export {
  type Embeddings,
  meanSimilarity,
  nearestRows,
  rowSimilarities,
  selfSimilarity,
} from "./evaluate/similarity.js";
export {
  type PixelWeights,
  sharpness,
  structuralSimilarity,
  structure,
} from "./evaluate/structure.js";
export { embedCaptions, embedPictures } from "./evaluate/unit-embeddings.js";
export { readAdapterClaims } from "./io/checkpoint/adapter-claims.js";
export type {
  Checkpoint,
  CheckpointFamily,
  CheckpointModel,
  OpenCheckpointOptions,
} from "./io/checkpoint/checkpoint.js";
export { hasUNet } from "./io/checkpoint/detect-single-file.js";
export {
  type GenerationConfig,
  generationConfigName,
  readGenerationConfig,
  writeGenerationConfig,
} from "./io/checkpoint/generation-config.js";
export { openCheckpoint } from "./io/checkpoint/open-checkpoint.js";
export { type ReplacedWeights, replaceWeights } from "./io/checkpoint/replace-weights.js";
export {
  type AdapterClaim,
  type ToldPrediction,
  toldByMetadata,
} from "./io/checkpoint/told-prediction.js";
export { requireWeights, type WeightEntry, type Weights } from "./io/checkpoint/weights.js";
export {
  type WriteFolderOptions,
  type WriteSingleFileOptions,
  writeFolder,
  writeSingleFile,
} from "./io/checkpoint/write-checkpoint.js";
export { dataUri } from "./io/data-uri.js";
export {
  type EmbeddedBase,
  embeddedBaseName,
  embeddedBaseTitle,
  embeddedLoraMetadata,
  isForEmbeddedBase,
} from "./io/embedded-base.js";
export {
  detectEmbeddingFile,
  type EmbeddingFileFacts,
  type EmbeddingFormat,
} from "./io/embedding-files/detect-embedding-file.js";
export {
  type Embedding,
  type EmbeddingEncoder,
  makeEmbedding,
  vectorCount,
} from "./io/embedding-files/embedding.js";
export {
  type LoadedEmbedding,
  type ReadEmbeddingOptions,
  readEmbedding,
} from "./io/embedding-files/read-embedding.js";
export {
  DIFFUSERS_EMBEDDING_NAMES,
  type EmbeddingFamily,
  type WriteDiffusersEmbeddingOptions,
  type WriteWebuiEmbeddingOptions,
  writeDiffusersEmbedding,
  writeWebuiEmbedding,
} from "./io/embedding-files/write-embedding.js";
export { importAiToolkit } from "./io/foreign-configs/import-ai-toolkit.js";
export { importCommandLine } from "./io/foreign-configs/import-command-line.js";
export { importKohya } from "./io/foreign-configs/import-kohya.js";
export { type ForeignFile, importSettings } from "./io/foreign-configs/import-settings.js";
export { type TrainingStrength, trainingStrength } from "./io/foreign-configs/strength.js";
export type { ImportedConfig, LeftSetting } from "./io/foreign-configs/translation.js";
export type { BlobHash, HubCache, PartialBlob } from "./io/hub/hub-cache.js";
export type { HubAccess } from "./io/hub/hub-client.js";
export { type HubSource, parseHubSource } from "./io/hub/hub-name.js";
export {
  type HubEvent,
  type ResolvedModel,
  type ResolveModelOptions,
  resolveModel,
} from "./io/hub/resolve-model.js";
export { selectAdapterFiles } from "./io/hub/select-adapter-files.js";
export type { ModelFiles, SelectFiles } from "./io/hub/select-model-files.js";
export { inspectPath } from "./io/inspect/inspect-path.js";
export type {
  AdapterFacts,
  ComponentFacts,
  InspectedKind,
  Inspection,
  InspectOptions,
  Problem,
} from "./io/inspect/inspection.js";
export {
  type MethodName,
  mapParts,
  methodTitles,
  type PartName,
  type Parts,
  partEntries,
} from "./io/lora-files/adapter-parts.js";
export {
  type AdapterFamily,
  detectLoraFile,
  type LoraFileFacts,
} from "./io/lora-files/detect-lora-file.js";
export { isLoraFolder, type LoraPlace, locateLora } from "./io/lora-files/locate-lora.js";
export type { UnsupportedKind } from "./io/lora-files/lora-keys.js";
export type { AlphaSource } from "./io/lora-files/lora-strength.js";
export {
  type LoraComponent,
  type LoraModule,
  type LoraWeights,
  makeLoraModule,
  splitModulePath,
} from "./io/lora-files/lora-weights.js";
export {
  type LoadedLora,
  type ReadLoraOptions,
  readLora,
} from "./io/lora-files/read-lora.js";
export type { AdaptedLayers, LayerForm } from "./io/lora-files/shape-for-layer.js";
export { storedHash } from "./io/lora-files/stored-hash.js";
export {
  DIFFUSERS_LORA_NAME,
  isDiffusersLora,
  type WriteDiffusersLoraOptions,
  writeDiffusersLora,
} from "./io/lora-files/write-diffusers-lora.js";
export {
  type LoraFamily,
  type WriteKohyaLoraOptions,
  writeKohyaLora,
} from "./io/lora-files/write-kohya-lora.js";
export {
  PEFT_ADAPTER_NAME,
  type WritePeftAdapterOptions,
  writePeftAdapter,
} from "./io/lora-files/write-peft-adapter.js";
export { openPytorch } from "./io/pickle/open-pytorch.js";
export { type TorchValue, writePytorch } from "./io/pickle/write-pytorch.js";
export {
  type EmbeddingMention,
  formatA1111Parameters,
  type GenerationParameters,
  type LoraUse,
  type ParsedParameters,
  parametersKeyword,
  parseA1111Parameters,
} from "./io/png/a1111-parameters.js";
export { type ContactSheetOptions, contactSheet } from "./io/png/contact-sheet.js";
export { encodePng, type PngOptions } from "./io/png/encode-png.js";
export { readPngText } from "./io/png/png-text.js";
export { readJson, readText } from "./io/read-text.js";
export { pixelsFromRgb, type RgbPicture, rgbFromPixels } from "./io/rgb-picture.js";
export {
  narrowFromFloat32,
  type StoredFloat,
  widenToFloat32,
} from "./io/safetensors/float-codec.js";
export {
  openSafetensors,
  type SafetensorsEntry,
  type SafetensorsFile,
} from "./io/safetensors/open-safetensors.js";
export { openShardedSafetensors } from "./io/safetensors/open-sharded-safetensors.js";
export type { SafetensorsDType } from "./io/safetensors/safetensors-dtype.js";
export {
  encodeSafetensors,
  type TensorSource,
  tensorSource,
  type WriteSafetensorsOptions,
  writeSafetensors,
} from "./io/safetensors/write-safetensors.js";
export { isPytorchName, openTensorFile, type TensorFile } from "./io/tensor-file.js";
export {
  readVaeConfig,
  type VaeConfig,
  writeVaeConfig,
} from "./models/autoencoder-kl/config.js";
export {
  sampleLatents,
  scaleLatents,
  unscaleLatents,
} from "./models/autoencoder-kl/latents.js";
export {
  decodeLatents,
  encodeImage,
  type LatentDistribution,
} from "./models/autoencoder-kl/model.js";
export {
  type AdaptableModels,
  clipTextParameters,
  describeAdaptableLayers,
  unetParameters,
  vaeParameters,
} from "./models/checkpoint-layers.js";
export {
  type ClipTextConfig,
  readClipTextConfig,
  writeClipTextConfig,
} from "./models/clip-text/config.js";
export { type ClipTextOptions, type ClipTextOutputs, clipText } from "./models/clip-text/model.js";
export { type KnownModel, knownLayers } from "./models/known-layers.js";
export type { BlockOptions } from "./models/layers/block-runner.js";
export {
  type LayerInfo,
  listLayers,
  listParameters,
  type ParameterInfo,
} from "./models/list-layers.js";
export {
  type PictureEncoderConfig,
  readPictureEncoderConfig,
  writePictureEncoderConfig,
} from "./models/picture-encoder/config.js";
export { pictureEncoder } from "./models/picture-encoder/model.js";
export type { ConfigObject } from "./models/read-config.js";
export {
  readUNetConfig,
  type UNetConfig,
  type UNetDownBlockType,
  type UNetUpBlockType,
  writeUNetConfig,
} from "./models/unet/config.js";
export { type UNetInputSizes, type UNetInputs, unetInputs } from "./models/unet/inputs.js";
export { unet } from "./models/unet/model.js";
export { type BetaOptions, type BetaSchedule, betaSchedules } from "./noise/betas.js";
export {
  addNoise,
  alphaBarAt,
  createNoiseSchedule,
  type ForwardArguments,
  minSnrWeight,
  type NoiseSchedule,
  type NoiseScheduleOptions,
  type PredictionType,
  predictionTypes,
  snr,
  velocity,
} from "./noise/noise-schedule.js";
export {
  type DenoisingLoss,
  type DenoisingOptions,
  denoisingLoss,
} from "./objectives/denoising.js";
export { type Adapter, type AdapterBase, requireAdapters } from "./pipeline/adapters.js";
export { displayName } from "./pipeline/display-name.js";
export { generate } from "./pipeline/generate.js";
export type {
  GeneratedImage,
  GenerateEvent,
  GenerateStep,
  GenerateWarning,
} from "./pipeline/generate-events.js";
export {
  type GenerateOptions,
  type GenerateSettings,
  resolveGenerateOptions,
} from "./pipeline/generate-settings.js";
export { type ComponentName, type PipelineConfigs, parameterPrefix } from "./pipeline/graphs.js";
export { type LoadPipelineOptions, loadPipeline } from "./pipeline/load-pipeline.js";
export { type MergedWeight, type MergeTarget, mergeAdapters } from "./pipeline/merge-adapters.js";
export type {
  Denoiser,
  DenoiserOptions,
  DenoiserSizes,
  EncodedImages,
  EncodedPrompts,
  EncodePromptOptions,
  Pipeline,
} from "./pipeline/pipeline.js";
export {
  type NetworkTag,
  type PromptSyntax,
  promptSyntaxes,
  promptSyntaxIn,
  type ReadPrompt,
  readPrompt,
} from "./pipeline/prompt-syntax.js";
export { type ReadAdapter, type ReadAdapterOptions, readAdapter } from "./pipeline/read-adapter.js";
export {
  type NameObstacle,
  nameObstacle,
  type UnusableWord,
  usableWords,
} from "./pipeline/usable-words.js";
export { quoteArgument } from "./quote-argument.js";
export { createSampler, type SamplerOptions } from "./samplers/create-sampler.js";
export { guide, rescaleGuidance } from "./samplers/guidance.js";
export type { NoiseSource, Sampler } from "./samplers/sampler.js";
export { type SamplerName, samplerNames, schedulerForSampler } from "./samplers/sampler-names.js";
export { type SchedulerClassName, schedulerClassNames } from "./samplers/scheduler-classes.js";
export {
  isSchedulerClassName,
  noiseScheduleOf,
  type ParsedScheduler,
  readSchedulerConfig,
} from "./samplers/scheduler-config.js";
export type { AlgorithmType, SchedulerConfig, SolverType } from "./samplers/scheduler-fields.js";
export type { AddedToken } from "./tokenizer/added-tokens.js";
export {
  type ClipTokenizer,
  createClipTokenizer,
  type EncodedText,
  loadClipTokenizer,
  type NewToken,
  type WeightedText,
} from "./tokenizer/clip-tokenizer.js";
export type { TokenizerDefinition } from "./tokenizer/tokenizer-files.js";
export {
  type Advice,
  type AdviceFacts,
  type AdviceGoal,
  type AdviceNote,
  type AdviceReason,
  type AdvisedChoice,
  type AdvisedPicture,
  type AdvisedTechnique,
  adviceGoals,
  advise,
} from "./train/advise.js";
export {
  parseTrainConfig,
  type TrainField,
  trainConfigFields,
} from "./train/config.js";
export { embeddedDefaults } from "./train/embedded-defaults.js";
export { fullTrainingBytes } from "./train/full-memory.js";
export { learningRateSchedule, type ScheduleOptions } from "./train/learning-rate.js";
export { listCaptions } from "./train/list-pictures.js";
export { nearestName } from "./train/nearest-name.js";
export type { OpenBaseOptions, ResumeOptions, TrainDeps } from "./train/run.js";
export { type FolderLock, readRunConfig } from "./train/run-folder.js";
export { train } from "./train/train.js";
export type {
  BaseConfig,
  DataConfig,
  EmaConfig,
  EmbeddingConfig,
  FullConfig,
  KeepConfig,
  LoraConfigFields,
  OptimizerConfig,
  OptimizerTable,
  OutputConfig,
  PriorConfig,
  SamplesConfig,
  ScheduleConfig,
  ScheduleTable,
  TrainConfig,
  TuningName,
} from "./train/train-config.js";
export type {
  CheckpointEvent,
  EndEvent,
  PlanEvent,
  ProgressEvent,
  ResumedEvent,
  SampleEvent,
  StepEvent,
  TrainEvent,
  WarningEvent,
} from "./train/train-event.js";
export { embeddedRates } from "./train/tuning-sections.js";
export { adapterMisfits, listMisfits } from "./tuning/adapter-fit.js";
export {
  type CombinedAdapter,
  combineAdapters,
  type WeightedAdapter,
} from "./tuning/combine-adapters.js";
export { type DropShares, dropoutInputName, dropoutInputSize } from "./tuning/drops.js";
export { type EmbeddingTuningOptions, embeddingTuning } from "./tuning/embedding-tuning.js";
export {
  type ExtractedAdapter,
  type ExtractOptions,
  type ExtractProgress,
  extractAdapter,
} from "./tuning/extract-adapter.js";
export {
  type InitialLoraOptions,
  initialLora,
  type LoraSlot,
  type WeightReader,
} from "./tuning/lora-initial.js";
export {
  type LoraLayer,
  type LoraOverlayOptions,
  loraOverlay,
  loraOverlays,
  loraParameterNames,
} from "./tuning/lora-overlay.js";
export { type LayerPatterns, type LoraSlotsOptions, loraSlots } from "./tuning/lora-slots.js";
export { selectLayers } from "./tuning/lora-targets.js";
export { type LoraTuning, type LoraTuningOptions, loraTuning } from "./tuning/lora-tuning.js";
export type { AdapterInit } from "./tuning/methods/adapter-method.js";
export type { FixtureCheck } from "./verify/fixture-check.js";
export { verifyModelFixture } from "./verify/model-fixture.js";
export { isNoiseFixture, verifyNoiseFixture } from "./verify/noise-fixture.js";
export {
  isPipelineFixture,
  type PipelineFixtureOptions,
  verifyPipelineFixture,
} from "./verify/pipeline-fixture.js";
export { isModelFixture } from "./verify/read-model-fixture.js";
export {
  parseSchedulerLoops,
  runSchedulerLoop,
  type SchedulerLoopEntry,
  type SchedulerLoopResult,
  verifySchedulerLoop,
} from "./verify/scheduler-loops.js";
export { type TrajectoryOptions, verifyTrajectories } from "./verify/trajectory-fixture.js";
export { type VerifyOptions, verifyFolder } from "./verify/verify-folder.js";
