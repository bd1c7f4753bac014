/** @file `@atelier/diffusion/process`: how pictures become noise, and what is learned of it. */

export { type BetaOptions, type BetaSchedule, betaSchedules } from "./betas.js";
export { type DenoisingLoss, type DenoisingOptions, denoisingLoss } from "./denoising.js";
export { discreteProcess } from "./discrete.js";
export { flowProcess } from "./flow.js";
export { createFlowSchedule, type FlowSchedule } from "./flow-schedule.js";
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
} from "./noise-schedule.js";
export {
  type PredictionType,
  type ProcessPrediction,
  predictionTypes,
  processPredictions,
} from "./prediction-type.js";
export type { Process } from "./process.js";
