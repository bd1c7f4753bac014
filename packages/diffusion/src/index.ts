/** @file The public names of @atelier/diffusion, in the order data flows. */

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
} from "./advise/advise.js";
export {
  type MethodName,
  mapParts,
  methodTitles,
  type PartName,
  type Parts,
  partEntries,
} from "./core/adapter-parts.js";
export type {
  AdaptedComponent,
  ComponentName,
  TextEncoderName,
} from "./core/component-name.js";
export { type Setting, settingsKey, sha256Hex } from "./core/content-hash.js";
export { dataUri } from "./core/data-uri.js";
export {
  type EmbeddedBase,
  embeddedBaseName,
  embeddedBaseTitle,
  embeddedLoraMetadata,
  isForEmbeddedBase,
} from "./core/embedded-base.js";
export {
  type Embedding,
  makeEmbedding,
  vectorCount,
} from "./core/embedding.js";
export {
  type GenerationConfig,
  generationConfigName,
  readGenerationConfig,
  writeGenerationConfig,
} from "./core/generation-config.js";
export {
  type LoraModule,
  type LoraWeights,
  makeLoraModule,
  splitModulePath,
} from "./core/lora-weights.js";
export { nearestName } from "./core/nearest-name.js";
export { type OptionName, option, optionNames, sayOptions } from "./core/option-words.js";
export { quoteArgument } from "./core/quote-argument.js";
export type { ConfigObject } from "./core/read-config.js";
export { readJson, readText } from "./core/read-text.js";
export { pixelsFromRgb, type RgbPicture, rgbFromPixels } from "./core/rgb-picture.js";
export type { SafetensorsDType } from "./core/safetensors-dtype.js";
export { storedHash } from "./core/stored-hash.js";
export type { SafetensorsEntry, WeightEntry, Weights } from "./core/weights.js";
export { type Batches, type BatchOptions, createBatches, epochOrder } from "./data/batches.js";
export {
  type CaptionedFolder,
  type CaptionedPicture,
  type CaptionOptions,
  readCaptionedFolder,
} from "./data/captions.js";
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
export {
  type ComponentConfigs,
  type Configs,
  components,
  configOf,
  parameterPrefix,
} from "./families/components.js";
export { families, familyList, familyOf } from "./families/families.js";
export type { Conditioning } from "./families/family.js";
export {
  type FamilyId,
  familyIds,
  type ModelFamily,
  type PictureSizes,
  type TextEncoder,
} from "./families/family.js";
export { knownLayers } from "./families/known-layers.js";
export { adaptableLayers, componentParameters } from "./families/layers.js";
export {
  type ComponentFiles,
  componentOf,
  configsOf,
  type ModelFiles,
  mapComponents,
} from "./families/model-files.js";
export {
  type AdapterFamily,
  detectLoraFile,
  type LoraFileFacts,
} from "./files/adapter/detect-lora-file.js";
export { isLoraFolder, type LoraPlace, locateLora } from "./files/adapter/locate-lora.js";
export type { UnsupportedKind } from "./files/adapter/lora-keys.js";
export type { AlphaSource } from "./files/adapter/lora-strength.js";
export {
  type LoadedLora,
  type ReadLoraOptions,
  readLora,
} from "./files/adapter/read-lora.js";
export type { AdaptedLayers, LayerForm } from "./files/adapter/shape-for-layer.js";
export {
  DIFFUSERS_LORA_NAME,
  isDiffusersLora,
  type WriteDiffusersLoraOptions,
  writeDiffusersLora,
} from "./files/adapter/write-diffusers-lora.js";
export {
  type WriteKohyaLoraOptions,
  writeKohyaLora,
} from "./files/adapter/write-kohya-lora.js";
export {
  PEFT_ADAPTER_NAME,
  type WritePeftAdapterOptions,
  writePeftAdapter,
} from "./files/adapter/write-peft-adapter.js";
export type { BlobHash, HubCache, PartialBlob } from "./files/hub/hub-cache.js";
export type { HubAccess } from "./files/hub/hub-client.js";
export { type HubSource, parseHubSource } from "./files/hub/hub-name.js";
export {
  type HubEvent,
  type ResolvedModel,
  type ResolveModelOptions,
  resolveModel,
} from "./files/hub/resolve-model.js";
export { selectAdapterFiles } from "./files/hub/select-adapter-files.js";
export type { SelectedFiles, SelectFiles } from "./files/hub/select-model-files.js";
export { readAdapterClaims } from "./files/model/adapter-claims.js";
export { hasUNet } from "./files/model/detect-single-file.js";
export { openModelFiles } from "./files/model/open-model-files.js";
export type { OpenModelOptions } from "./files/model/open-options.js";
export { type ReplacedWeights, replaceWeights } from "./files/model/replace-weights.js";
export {
  type AdapterClaim,
  type ToldPrediction,
  toldByMetadata,
} from "./files/model/told-prediction.js";
export { requireWeights } from "./files/model/translate-weights.js";
export {
  type WriteFolderOptions,
  type WriteSingleFileOptions,
  writeFolder,
  writeSingleFile,
} from "./files/model/write-model-files.js";
export { openPytorch } from "./files/pickle/open-pytorch.js";
export { type TorchValue, writePytorch } from "./files/pickle/write-pytorch.js";
export {
  type EmbeddingMention,
  formatA1111Parameters,
  type GenerationParameters,
  type LoraUse,
  type ParsedParameters,
  parametersKeyword,
  parseA1111Parameters,
} from "./files/png/a1111-parameters.js";
export { type ContactSheetOptions, contactSheet } from "./files/png/contact-sheet.js";
export { encodePng, type PngOptions } from "./files/png/encode-png.js";
export { readPngText } from "./files/png/png-text.js";
export {
  narrowFromFloat32,
  type StoredFloat,
  widenToFloat32,
} from "./files/safetensors/float-codec.js";
export { openSafetensors, type SafetensorsFile } from "./files/safetensors/open-safetensors.js";
export { openShardedSafetensors } from "./files/safetensors/open-sharded-safetensors.js";
export {
  encodeSafetensors,
  type TensorSource,
  tensorSource,
  type WriteSafetensorsOptions,
  writeSafetensors,
} from "./files/safetensors/write-safetensors.js";
export { isPytorchName, openTensorFile, type TensorFile } from "./files/tensor-file.js";
export {
  detectEmbeddingFile,
  type EmbeddingFileFacts,
  type EmbeddingFormat,
} from "./files/word/detect-embedding-file.js";
export {
  type LoadedEmbedding,
  type ReadEmbeddingOptions,
  readEmbedding,
} from "./files/word/read-embedding.js";
export {
  DIFFUSERS_EMBEDDING_NAMES,
  type WriteDiffusersEmbeddingOptions,
  type WriteWebuiEmbeddingOptions,
  writeDiffusersEmbedding,
  writeWebuiEmbedding,
} from "./files/word/write-embedding.js";
export { inspectPath } from "./inspect/inspect-path.js";
export type {
  AdapterFacts,
  ComponentFacts,
  InspectedKind,
  Inspection,
  InspectOptions,
  Problem,
} from "./inspect/inspection.js";
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
  type ClipTextConfig,
  readClipTextConfig,
  writeClipTextConfig,
} from "./models/clip-text/config.js";
export { type ClipTextOptions, type ClipTextOutputs, clipText } from "./models/clip-text/model.js";
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
export {
  readUNetConfig,
  type UNetConfig,
  type UNetDownBlockType,
  type UNetUpBlockType,
  writeUNetConfig,
} from "./models/unet/config.js";
export { type UNetInputSizes, type UNetInputs, unetInputs } from "./models/unet/inputs.js";
export { unet } from "./models/unet/model.js";
export { type Adapter, type AdapterBase, requireAdapters } from "./pipeline/adapters.js";
export { joinConditionings, sequenceOf, wholePicture, zerosLike } from "./pipeline/conditioning.js";
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
export type { ModelKind } from "./pipeline/graphs.js";
export { type LoadPipelineOptions, loadPipeline } from "./pipeline/load-pipeline.js";
export { type MergedWeight, type MergeTarget, mergeAdapters } from "./pipeline/merge-adapters.js";
export type {
  Denoiser,
  DenoiserOptions,
  DenoiserSizes,
  EncodedImages,
  EncodedPrompts,
  EncodeOptions,
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
  encodeText,
  firstTokenizer,
  idsOfText,
  lazyTokenizers,
  stackIds,
  type TextIds,
  type TokenIds,
  type Tokenizers,
} from "./pipeline/tokenizers.js";
export {
  type NameObstacle,
  nameObstacle,
  type UnusableWord,
  usableWords,
} from "./pipeline/usable-words.js";
export { type BetaOptions, type BetaSchedule, betaSchedules } from "./process/betas.js";
export {
  type DenoisingLoss,
  type DenoisingOptions,
  denoisingLoss,
} from "./process/denoising.js";
export { discreteProcess } from "./process/discrete.js";
export {
  addNoise,
  alphaBarAt,
  createNoiseSchedule,
  type ForwardArguments,
  minSnrWeight,
  type NoiseSchedule,
  type NoiseScheduleOptions,
  snr,
  velocity,
} from "./process/noise-schedule.js";
export { type PredictionType, predictionTypes } from "./process/prediction-type.js";
export type { Process } from "./process/process.js";
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
  parseTrainConfig,
  type TrainField,
  trainConfigFields,
} from "./train/config/config.js";
export { embeddedDefaults } from "./train/config/embedded-defaults.js";
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
} from "./train/config/train-config.js";
export { embeddedRates } from "./train/config/tuning-sections.js";
export type { TrainingBatch } from "./train/data/training-batch.js";
export type { ErrorEvent, RecordedEvent } from "./train/events/event-schema.js";
export type {
  DoneEvent,
  EndEvent,
  PlanEvent,
  ProgressEvent,
  ResumedEvent,
  SampleEvent,
  SnapshotEvent,
  StepEvent,
  StoppedEvent,
  TrainEvent,
  WarningEvent,
  WatcherStop,
} from "./train/events/train-event.js";
export { type EventLog, type LoggedEvent, readEvents } from "./train/folder/event-log.js";
export { type FolderLock, readRunConfig } from "./train/folder/run-folder.js";
export {
  listRuns,
  type OpenRunOptions,
  openRun,
  type RunList,
  type RunRecord,
  type RunState,
} from "./train/folder/run-record.js";
export {
  listSnapshots,
  pruneSnapshots,
  readNewestSnapshot,
  type Snapshot,
  snapshotFolder,
  writeSnapshot,
} from "./train/folder/snapshots.js";
export { importAiToolkit } from "./train/import/import-ai-toolkit.js";
export { importCommandLine } from "./train/import/import-command-line.js";
export { importKohya } from "./train/import/import-kohya.js";
export { type ForeignFile, importSettings } from "./train/import/import-settings.js";
export { type TrainingStrength, trainingStrength } from "./train/import/strength.js";
export type { ImportedConfig, LeftSetting } from "./train/import/translation.js";
export { fullTrainingBytes } from "./train/plan/full-memory.js";
export { learningRateSchedule, type ScheduleOptions } from "./train/plan/learning-rate.js";
export { listCaptions } from "./train/plan/list-pictures.js";
export type { RunPlan } from "./train/plan/plan-run.js";
export { type ResultFile, resultOfKind } from "./train/result/result-file.js";
export type { OpenBaseOptions, ResumeOptions, TrainDeps } from "./train/run.js";
export { createTrainingLoop, type FinishedStep } from "./train/step/training-loop.js";
export { train } from "./train/train.js";
export type {
  Action,
  BatchLoss,
  Drawn,
  DrawRequest,
  TrainingView,
  WatchEvent,
  Watcher,
  WatcherFactory,
  WatchState,
} from "./train/watch/watcher.js";
export { createWatching, type Watching, watchedSteps } from "./train/watch/watching.js";
export { adapterMisfits, listMisfits } from "./tuning/adapter-fit.js";
export {
  type CombinedAdapter,
  combineAdapters,
  type WeightedAdapter,
} from "./tuning/combine-adapters.js";
export { type DropShares, dropoutInputName } from "./tuning/drops.js";
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
