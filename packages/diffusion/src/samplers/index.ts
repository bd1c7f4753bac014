/** @file `@atelier/diffusion/samplers`: samplers and their schedules. */

export { createSampler, type SamplerOptions } from "./create-sampler.js";
export { flowScheduleOf } from "./flow-plan.js";
export { guide, rescaleGuidance } from "./guidance.js";
export type { NoiseSource, Sampler } from "./sampler.js";
export { type SamplerName, samplerNames, schedulerForSampler } from "./sampler-names.js";
export { type SchedulerClassName, schedulerClassNames } from "./scheduler-classes.js";
export {
  isSchedulerClassName,
  noiseScheduleOf,
  type ParsedScheduler,
  readSchedulerConfig,
} from "./scheduler-config.js";
export type { AlgorithmType, SchedulerConfig, SolverType } from "./scheduler-fields.js";
export { type WebuiSampler, webuiSampler } from "./webui-sampler.js";
