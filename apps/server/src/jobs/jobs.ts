/** @file The queue as a whole: what the API's routes call, and the rounds that keep it going. */

import type { Change, Job, JobEvent, Schedule, Worker } from "../api/index.js";
import type { Database } from "../database/database.js";
import type { LibraryFolder } from "../library/folder/library-folder.js";
import type { JobContext } from "./context.js";
import { createJob, type NewJob } from "./create-job.js";
import { type DeliveryOptions, openDelivery } from "./delivery.js";
import { followChanges, followEvents } from "./follow-events.js";
import { jobOf } from "./job-row.js";
import { createKnownMemory } from "./known-memory.js";
import { type JobsQuery, listJobs, listWorkers, logOf, type PageQuery } from "./read-jobs.js";
import { freeJobsOf, recover } from "./recover.js";
import {
  changeSchedule,
  createSchedule,
  listSchedules,
  type NewSchedule,
  removeSchedule,
  type ScheduleChange,
} from "./schedules.js";
import {
  cancelJob,
  changeJob,
  finishJob,
  type JobChange,
  requireRow,
  retryJob,
  stopJob,
} from "./steer-job.js";

/** Options of {@link openJobs}. */
export interface JobsOptions extends DeliveryOptions {
  readonly library: LibraryFolder;
  /** How often lost and ready jobs are looked for, beside whenever one ends. */
  readonly roundSeconds?: number;
}

/** What is queued again and again. */
export interface Schedules {
  readonly list: () => Promise<Schedule[]>;
  readonly create: (schedule: NewSchedule) => Promise<Schedule>;
  readonly change: (schedule: string, change: ScheduleChange) => Promise<Schedule>;
  readonly remove: (schedule: string) => Promise<void>;
}

/** The queue. Functions are named as their routes; errors are AtelierErrors with a refusal. */
export interface Jobs extends AsyncDisposable {
  readonly list: (query: JobsQuery) => Promise<{ jobs: Job[]; next?: string }>;
  readonly create: (job: NewJob) => Promise<Job>;
  readonly get: (job: string) => Promise<Job>;
  readonly log: (job: string, page: PageQuery) => Promise<{ events: JobEvent[]; next?: string }>;
  readonly cancel: (job: string) => Promise<Job>;
  readonly stop: (job: string) => Promise<Job>;
  readonly finish: (job: string) => Promise<Job>;
  readonly retry: (job: string) => Promise<Job>;
  readonly change: (job: string, change: JobChange) => Promise<Job>;
  readonly schedules: Schedules;
  readonly workers: () => Promise<Worker[]>;
  /** Events after one and as they come, until the job is over. */
  readonly events: (
    job: string,
    options: { readonly from: number; readonly signal: AbortSignal },
  ) => AsyncGenerator<JobEvent, void, undefined>;
  /** What has changed, as it changes; ends with the signal. */
  readonly changes: (signal: AbortSignal) => AsyncGenerator<Change, void, undefined>;
  /** Tells all servers and pages of a change that was made beside the queue. */
  readonly tell: (change: Change) => Promise<void>;
  /** For workers. */
  readonly context: JobContext;
}

/** Opens the queue of a database, and keeps it going until it is disposed; the database is left open. */
export async function openJobs(
  database: Database,
  { library, roundSeconds = 5, ...options }: JobsOptions,
): Promise<Jobs> {
  const delivery = await openDelivery(database, options);
  const context: JobContext = { database, delivery, library, memory: createKnownMemory() };
  // Nobody else has the embedded database: whatever ran there was ours, and is gone.
  if (database.kind === "embedded") await freeJobsOf(context, undefined);
  const rounds = startRounds(() => recover(context), roundSeconds * 1_000);
  return {
    context,
    list: (query) => listJobs(context, query),
    create: (job) => createJob(context, job),
    get: async (job) => jobOf(await requireRow(context, job)),
    log: (job, page) => logOf(context, job, page),
    cancel: (job) => cancelJob(context, job),
    stop: (job) => stopJob(context, job),
    finish: (job) => finishJob(context, job),
    retry: (job) => retryJob(context, job),
    change: (job, change) => changeJob(context, job, change),
    schedules: {
      list: () => listSchedules(context),
      create: (schedule) => createSchedule(context, schedule),
      change: (schedule, change) => changeSchedule(context, schedule, change),
      remove: (schedule) => removeSchedule(context, schedule),
    },
    workers: () => listWorkers(context),
    events: (job, follow) => followEvents(context, job, follow),
    changes: (signal) => followChanges(context, signal),
    tell: (change) => database.tell(change),
    async [Symbol.asyncDispose]() {
      await rounds.end();
      await delivery[Symbol.asyncDispose]();
    },
  };
}

/** Does something again and again, with pauses; a round that fails is followed by the next. */
function startRounds(round: () => Promise<void>, pauseMs: number): { end: () => Promise<void> } {
  let isOver = false;
  let wake = (): void => {};
  const run = async (): Promise<void> => {
    while (!isOver) {
      await round().catch(() => {});
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (isOver) wake();
      });
    }
  };
  const running = run();
  return {
    async end() {
      isOver = true;
      wake();
      await running;
    },
  };
}
