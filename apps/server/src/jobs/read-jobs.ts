/** @file Jobs, their events and workers as they are read. */

import { said } from "@atelier/engine";
import { sql } from "kysely";
import type { Job, JobEvent, JobState, Worker } from "../api/index.js";
import { refused } from "../api/refusal.js";
import type { JobContext } from "./context.js";
import { eventOf, jobOf } from "./job-row.js";
import { requireRow } from "./steer-job.js";

/** A page that is asked for. */
export interface PageQuery {
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

/** Which jobs. */
export interface JobsQuery extends PageQuery {
  readonly state?: JobState | undefined;
  readonly kind?: string | undefined;
}

/** Jobs, newest first. */
export async function listJobs(
  { database }: JobContext,
  { limit, after, state, kind }: JobsQuery,
): Promise<{ jobs: Job[]; next?: string }> {
  let query = database.tables.selectFrom("job").selectAll();
  if (state !== undefined) query = query.where("state", "=", state);
  if (kind !== undefined) query = query.where("kind", "=", kind);
  if (after !== undefined) query = query.where("number", "<", placeOf(after));
  const rows = await query.orderBy("number", "desc").limit(limit).execute();
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return { jobs: rows.map(jobOf), ...(last && { next: String(last.number) }) };
}

/** Events of a job after one, in order. */
export async function eventsAfter(
  { database }: JobContext,
  job: string,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<JobEvent[]> {
  const rows = await database.tables
    .selectFrom("event")
    .selectAll()
    .where("job", "=", job)
    .where("id", ">", from)
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(eventOf);
}

/** Events of a job, a page at a time. @throws AtelierError, not found. */
export async function logOf(
  context: JobContext,
  job: string,
  { limit, after }: PageQuery,
): Promise<{ events: JobEvent[]; next?: string }> {
  await requireRow(context, job);
  const from = after === undefined ? 0 : placeOf(after);
  const events = await eventsAfter(context, job, { from, limit });
  const last = events.length === limit ? events.at(-1) : undefined;
  return { events, ...(last && { next: String(last.id) }) };
}

/** Not heard of for so long, a worker counts as gone. */
const aliveSeconds = 60;

/** Workers, those that live first. */
export async function listWorkers({ database }: JobContext): Promise<Worker[]> {
  const rows = await database.tables
    .selectFrom("worker")
    .selectAll()
    .select(sql<boolean>`seen > now() - make_interval(secs => ${aliveSeconds})`.as("isAlive"))
    .orderBy("isAlive", "desc")
    .orderBy("name")
    .execute();
  return rows.map(({ memory: memoryBytes, seen, ...row }) => {
    const { name, host, version, backend, cores, load, lanes, jobs, isAlive } = row;
    return {
      ...{ name, host, version, backend, cores, load, lanes, jobs, isAlive, memoryBytes },
      seen: seen.toISOString(),
    };
  });
}

function placeOf(text: string): number {
  const place = Number(text);
  if (/^\d{1,15}$/.test(text)) return place;
  throw refused("bad-input", said`after: expected what the page before gave as next, got another.`);
}
