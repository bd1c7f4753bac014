/** @file From what the library and the queue can do to a function for every route of the contract. */

import { routes } from "../api/index.js";
import type { Route } from "../api/route.js";
import type { Database } from "../database/database.js";
import type { Jobs } from "../jobs/jobs.js";
import type { Library } from "../library/open-library.js";
import type { Forecaster } from "../worker/forecast.js";
import type { AllHandlers } from "./app.js";
import type { Call } from "./bind-route.js";
import type { FileAnswerOptions } from "./file-answers.js";
import { changesHandler, jobHandlers, scheduleHandlers } from "./job-handlers.js";
import { methodHandlers } from "./method-handlers.js";
import { type Guard, reportHeaders } from "./security.js";
import { sessionHandlers } from "./session-handlers.js";
import { statusHandler } from "./status.js";

/** What is bound. */
export interface HandlerParts {
  readonly library: Library;
  readonly database: Pick<Database, "kind">;
  readonly jobs: Jobs;
  readonly forecast: Forecaster;
  readonly guard: Guard;
  readonly version: string;
  /** When the server ends. */
  readonly closing: AbortSignal;
}

/** A function for every route. */
export function createHandlers({
  library,
  database,
  jobs,
  forecast,
  guard,
  version,
  closing,
}: HandlerParts): AllHandlers {
  const { root } = library.folder;
  const fileOptions = (route: Route, { query }: Call<Route>): FileAnswerOptions => ({
    root,
    // An address with the file's version shows another file by another address.
    isLasting: typeof query === "object" && query !== null && "version" in query,
    headers: route === routes.runs.report ? reportHeaders : {},
  });
  const items = { ...library.items, ...library.drawings, ...library.settings };
  return {
    session: sessionHandlers(guard, {
      status: statusHandler({ version, library: root, database: database.kind, jobs }),
      changes: changesHandler({ jobs, closing }),
    }),
    datasets: methodHandlers(
      routes.datasets,
      { ...library.datasets, ...library.trash },
      fileOptions,
    ),
    jobs: jobHandlers({ jobs, forecast, closing }),
    schedules: scheduleHandlers(jobs),
    runs: methodHandlers(routes.runs, library.runs, fileOptions),
    library: methodHandlers(routes.library, items, fileOptions),
  };
}
