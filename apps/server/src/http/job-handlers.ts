/** @file Jobs, their events, schedules and what has changed, as routes answer them. */

import type { jobRoutes } from "../api/jobs.js";
import type { scheduleRoutes } from "../api/schedules.js";
import type { sessionRoutes } from "../api/session.js";
import type { Jobs } from "../jobs/jobs.js";
import type { Forecaster } from "../worker/forecast.js";
import type { Handler, Handlers } from "./bind-route.js";
import { eventStream, resumeAfter, type SentEvent } from "./events.js";

type Routes = typeof jobRoutes;

/** What answers need beside the queue. */
export interface JobHandlerDeps {
  readonly jobs: Jobs;
  readonly forecast: Forecaster;
  /** When the server ends. */
  readonly closing: AbortSignal;
}

/** Functions for the routes of jobs. */
export function jobHandlers({ jobs, forecast, closing }: JobHandlerDeps): Handlers<Routes> {
  return {
    list: ({ query }) => jobs.list(query),
    create: ({ body }) => jobs.create(body),
    get: ({ params: { job } }) => jobs.get(job),
    events: async ({ params: { job }, query, request }) => {
      const from = resumeAfter(request, query.from);
      // What is not there is said before the stream begins.
      await jobs.get(job);
      const follow = async function* (signal: AbortSignal): AsyncGenerator<SentEvent> {
        for await (const event of jobs.events(job, { from, signal })) {
          yield { id: event.id, data: event };
        }
      };
      return eventStream(follow, { closing });
    },
    log: ({ params: { job }, query }) => jobs.log(job, query),
    cancel: ({ params: { job } }) => jobs.cancel(job),
    stop: ({ params: { job } }) => jobs.stop(job),
    finish: ({ params: { job } }) => jobs.finish(job),
    retry: ({ params: { job } }) => jobs.retry(job),
    change: ({ params: { job }, body }) => jobs.change(job, body),
    workers: () => jobs.workers(),
    forecast: ({ body, request: { signal } }) => forecast(body.request, signal),
  };
}

/** Functions for the routes of schedules. */
export function scheduleHandlers({
  schedules,
}: Pick<Jobs, "schedules">): Handlers<typeof scheduleRoutes> {
  return {
    list: () => schedules.list(),
    create: ({ body }) => schedules.create(body),
    change: ({ params: { schedule }, body }) => schedules.change(schedule, body),
    remove: async ({ params: { schedule } }) => {
      await schedules.remove(schedule);
      return undefined;
    },
  };
}

/** What has changed, as it changes. */
export function changesHandler({
  jobs,
  closing,
}: Pick<JobHandlerDeps, "jobs" | "closing">): Handler<(typeof sessionRoutes)["changes"]> {
  return () => {
    const follow = async function* (signal: AbortSignal): AsyncGenerator<SentEvent> {
      for await (const data of jobs.changes(signal)) yield { data };
    };
    return eventStream(follow, { closing });
  };
}
