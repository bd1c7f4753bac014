/**
 * @file Entry point `@atelier/server/api`: the API as values, for the server, the page, and any client. Platform-free.
 */

import { datasetRoutes } from "./datasets.js";
import { jobRoutes } from "./jobs.js";
import { libraryRoutes } from "./library.js";
import { runRoutes } from "./runs.js";
import { scheduleRoutes } from "./schedules.js";
import { sessionRoutes } from "./session.js";

/** All routes, by subject. */
export const routes = {
  session: sessionRoutes,
  datasets: datasetRoutes,
  jobs: jobRoutes,
  schedules: scheduleRoutes,
  runs: runRoutes,
  library: libraryRoutes,
} as const;

export { addressOf, type CallOptions, type Connection, callRoute, ProblemError } from "./client.js";
export type { Added, Crop, Dataset, Finding, Picture } from "./datasets.js";
export { pictureName } from "./datasets.js";
export type {
  Drawing,
  Forecast,
  GivenJobRequest,
  Job,
  JobEvent,
  JobKind,
  JobRequest,
  JobState,
  JobWish,
  Worker,
} from "./jobs.js";
export { drawing, gridAxis, jobEvent, jobRequest } from "./jobs.js";
export type { Drawn, Field, Item } from "./library.js";
export type { AnswerOf, BodyOf, FormFile, Route, SentBody } from "./route.js";
export type { Curves, Run, Sample } from "./runs.js";
export type { Schedule } from "./schedules.js";
export type { Problem } from "./sentence.js";
export { printedError, problem } from "./sentence.js";
export { type Change, change, type Status } from "./session.js";
export { itemName } from "./values.js";
