/** @file `@atelier/diffusion/verify`: reference fixtures. */

export type { FixtureCheck } from "./fixture-check.js";
export { verifyJudgeFixture } from "./judge-fixture.js";
export { verifyModelFixture } from "./model-fixture.js";
export { isNoiseFixture, verifyNoiseFixture } from "./noise-fixture.js";
export type { PipelineFixtureOptions } from "./open-pipeline-fixture.js";
export { isPipelineFixture, verifyPipelineFixture } from "./pipeline-fixture.js";
export { isModelFixture } from "./read-model-fixture.js";
export {
  parseSchedulerLoops,
  runSchedulerLoop,
  type SchedulerLoopEntry,
  type SchedulerLoopResult,
  verifySchedulerLoop,
} from "./scheduler-loops.js";
export { type VerifyOptions, verifyFolder } from "./verify-folder.js";
