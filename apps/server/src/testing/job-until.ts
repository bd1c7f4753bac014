/** @file Jobs of tests, from asking for one to the state that it is to come to. */

import { type GivenJobRequest, type Job, type JobState, jobRequest } from "../api/index.js";
import type { Jobs } from "../jobs/jobs.js";

const overs: readonly JobState[] = ["done", "failed", "cancelled", "stopped"];

/** Queues a job. */
export const addJob = (jobs: Jobs, request: GivenJobRequest): Promise<Job> =>
  jobs.create({ request: jobRequest.parse(request), priority: 0, after: [] });

/** The job once it is in a state. @throws Error where it is over in another. */
export async function jobUntil(jobs: Jobs, id: string, state: JobState): Promise<Job> {
  for (;;) {
    const job = await jobs.get(id);
    if (job.state === state) return job;
    if (overs.includes(job.state)) throw new Error(`expected ${state}: ${JSON.stringify(job)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
