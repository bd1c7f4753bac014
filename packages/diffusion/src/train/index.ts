/** @file `@atelier/diffusion/train`: trainings. */

export type { TrainingBatch } from "./data/batch-part.js";
export { latentScaler } from "./data/scale-latents.js";
export type { TrainingCaption } from "./data/training-data.js";
export { echoZoom, type ProbeInput, spreadRows, timeAt } from "./data/watch-data.js";
export type { ErrorEvent, RecordedEvent } from "./events/event-schema.js";
export { banksSchema, lookFields } from "./events/look-schema.js";
export type {
  DoneEvent,
  EndEvent,
  LookEvent,
  PlanEvent,
  ProgressEvent,
  ResumedEvent,
  SampleEvent,
  SnapshotEvent,
  StepEvent,
  StoppedEvent,
  TrainEvent,
  ValidationFolder,
  WatcherStop,
  WatchPlanEvent,
} from "./events/train-event.js";
export {
  type EventLine,
  type EventLog,
  type LoggedEvent,
  readEventLine,
  readEvents,
} from "./folder/event-log.js";
export type { FolderLock, RecordedConfig } from "./folder/run-folder.js";
export {
  listRuns,
  type OpenRunOptions,
  openRun,
  type RunList,
  type RunRecord,
  type RunState,
} from "./folder/run-record.js";
export {
  listSnapshots,
  pruneSnapshots,
  readNewestSnapshot,
  type Snapshot,
  snapshotFolder,
  writeSnapshot,
} from "./folder/snapshots.js";
export { historyOf } from "./folder/watch-record.js";
export { importAiToolkit } from "./import/import-ai-toolkit.js";
export { importCommandLine } from "./import/import-command-line.js";
export { importKohya } from "./import/import-kohya.js";
export { type ForeignFile, importSettings } from "./import/import-settings.js";
export { type TrainingStrength, trainingStrength } from "./import/strength.js";
export type { ImportedConfig, LeftSetting } from "./import/translation.js";
export { withWord } from "./parts/with-word.js";
export { exampleGraphs } from "./plan/example-graphs.js";
export { fullTrainingBytes } from "./plan/full-memory.js";
export { learningRateSchedule, type ScheduleOptions } from "./plan/learning-rate.js";
export { validationName } from "./plan/list-pictures.js";
export { planBuckets, requireSize, usualEdge } from "./plan/plan-buckets.js";
export type { RunPlan } from "./plan/plan-run.js";
export { planWatch, usualHeldOut, type WatchPlan } from "./plan/plan-watch.js";
export { type ResultFile, resultOfKind } from "./result/result-file.js";
export type { OpenBaseOptions, ResumeOptions, TrainDeps } from "./run.js";
export { createTrainingLoop, type FinishedStep } from "./step/training-loop.js";
export type { DrawnStrength } from "./strength/draw-strengths.js";
export {
  type ChosenEvent,
  type MeasuringEvent,
  measureStrengths,
  type RowsEvent,
  type SavedStrengthEvent,
  type StrengthEvent,
  type StrengthOptions,
  type StrengthsEvent,
  type StrengthView,
  usualStrengths,
} from "./strength/measure-strengths.js";
export {
  readStrengths,
  type StrengthRecord,
  strengthSchema,
} from "./strength/strength-record.js";
export { train } from "./train.js";
export * from "./train-config.js";
export { type RowReading, readRows } from "./watch/probes.js";
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
} from "./watch/watcher.js";
export { createWatching, type Watching, watchedSteps } from "./watch/watching.js";
