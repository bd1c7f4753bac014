/** @file `@atelier/diffusion/tune`: the settings of a training, found by measurement. */

export { type Candidate, candidatesOf, dominates } from "./compare-probes.js";
export type { TuneDecision } from "./decision.js";
export { bestOf } from "./measure-probe.js";
export type { Standing, Upcoming } from "./next-probe.js";
export {
  type FactorChange,
  type FactorKind,
  factorKinds,
  type Pace,
  type ProbeEnd,
  type ProbePlan,
  type ProbePoint,
  type ProbeRecord,
  type ProbeStage,
} from "./probe.js";
export { rateOfProbe } from "./probe-config.js";
export type { Trainer, TrainerOptions } from "./run-probe.js";
export type { TuneSettings } from "./settings.js";
export { requireTunable } from "./tunable.js";
export {
  folderOf,
  readTune,
  type TuneDeps,
  type TuneOptions,
  type TuneState,
  tune,
} from "./tune.js";
export type {
  DecisionEvent,
  MeasuredEvent,
  ProbeEvent,
  ProbeTrainingEvent,
  TuneBegunEvent,
  TunedEvent,
  TuneEvent,
  TuneStoppedEvent,
} from "./tune-event.js";
export { isTuneFolder } from "./tune-record.js";
