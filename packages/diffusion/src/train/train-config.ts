/**
 * @file `@atelier/diffusion/train-config`: the configs of trainings, for whoever makes up a training and leaves it to
 * another process: without the models, graphs and steps that it loads.
 */

export { completeConfig } from "./config/complete-config.js";
export { parseTrainConfig, type TrainField, trainConfigFields } from "./config/config.js";
export { type FieldGroup, fieldGroupOf, fieldGroups, usualFields } from "./config/field-groups.js";
export type {
  BaseConfig,
  DataConfig,
  EmaConfig,
  EmbeddingConfig,
  FullConfig,
  GivenConfig,
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
} from "./config/train-config.js";
export {
  type AdvisedSettings,
  parseTrainingAdvice,
  type TrainingAdvice,
  trainingAdviceOf,
} from "./config/training-advice.js";
export { newRunPath, readRunConfig } from "./folder/run-folder.js";
export { listCaptions } from "./plan/list-pictures.js";
