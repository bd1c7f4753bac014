/**
 * @file A worker's hold on a job. Each time that a job is taken its attempt grows, and every statement here holds for the
 * current attempt alone: a worker that was given up can write nothing any more, whatever it still does.
 */

import { sql } from "kysely";
import type { JobRequest, JobWish } from "../api/index.js";
import type { Backend, Lane } from "../database/tables.js";
import type { Printed, Progress } from "./commands/command.js";
import { type JobContext, tellOf } from "./context.js";
import type { Delivered } from "./delivery.js";
import { toJson } from "./storable.js";

/** What a worker takes. */
export interface Fitting {
  readonly worker: string;
  readonly lane: Lane;
  readonly backends: readonly Backend[];
  /** Gigabytes of its machine, up to a power of two; none takes jobs of any size. */
  readonly memory: number | undefined;
}

/** A job in a worker's hands. */
export interface Claim {
  readonly job: string;
  readonly request: JobRequest;
  readonly attempt: number;
  readonly run: string | undefined;
  /** Whether its training is to be finished, and not to go on. */
  readonly isToFinish: boolean;
  readonly created: Date;
  readonly delivered: Delivered;
}

/** More than there are queues with something in them. */
const mostTries = 20;

/** Takes the job that is to be done next, of those that fit. */
export async function takeNext(context: JobContext, fitting: Fitting): Promise<Claim | undefined> {
  const empty: string[] = [];
  for (let tries = 0; tries < mostTries; tries += 1) {
    const queue = await nextQueue(context, fitting, empty);
    if (queue === undefined) return undefined;
    const delivered = await context.delivery.fetch(queue);
    if (delivered === undefined) {
      // Somebody was faster, or the job rests before it is tried again: others need not wait for it.
      empty.push(queue);
      continue;
    }
    const claim = await claimDelivered(context, fitting, delivered);
    if (claim !== undefined) return claim;
    // Nobody's any more: it was cancelled.
    await context.delivery.end(delivered);
  }
  return undefined;
}

/** The queue of the first job in the order of priority, then of age. */
async function nextQueue(
  { database }: JobContext,
  { lane, backends, memory }: Fitting,
  empty: readonly string[],
): Promise<string | undefined> {
  let query = database.tables
    .selectFrom("job")
    .select("queue")
    .where("state", "=", "waiting")
    .where("lane", "=", lane)
    .where("delivery", "is not", null)
    .where("backend", "in", backends);
  if (empty.length > 0) query = query.where("queue", "not in", empty);
  if (memory !== undefined) query = query.where("memory", "<=", memory);
  const first = await query
    .orderBy("priority", "desc")
    .orderBy("number")
    .limit(1)
    .executeTakeFirst();
  return first?.queue;
}

async function claimDelivered(
  context: JobContext,
  { worker }: Fitting,
  delivered: Delivered,
): Promise<Claim | undefined> {
  const row = await context.database.tables
    .updateTable("job")
    .set(({ eb }) => ({
      state: "running",
      attempt: eb("attempt", "+", 1),
      worker,
      // To stop was wished of a worker that is gone; to finish is wished of whoever has the job.
      wish: sql<"finish" | null>`case when wish = 'finish' then wish end`,
      progress: null,
      problem: null,
      asks: false,
      heard: sql`now()`,
      started: sql`coalesce(started, now())`,
    }))
    .where("id", "=", delivered.job)
    .where("delivery", "=", delivered.id)
    // Running still: by a worker that was given up, unless it has handed its results over.
    .where("state", "in", ["waiting", "running"])
    .where("made", "is", null)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  await tellOf(context, row.id);
  const { id: job, request, attempt, run, wish, created } = row;
  const isToFinish = wish === "finish";
  return { job, request, attempt, run: run ?? undefined, isToFinish, created, delivered };
}

/** What is asked of a worker with a job. */
export type Wish = "go-on" | JobWish | "leave";

/** What is wished of jobs; `leave` where they are somebody else's by now, or over. */
export async function wishesFor(
  { database }: JobContext,
  claims: readonly Claim[],
): Promise<ReadonlyMap<Claim, Wish>> {
  if (claims.length === 0) return new Map();
  const rows = await database.tables
    .selectFrom("job")
    .select(["id", "attempt", "state", "wish"])
    .where(
      "id",
      "in",
      claims.map(({ job }) => job),
    )
    .execute();
  return new Map(
    claims.map((claim): [Claim, Wish] => {
      const row = rows.find(({ id }) => id === claim.job);
      const isOurs = row?.state === "running" && row.attempt === claim.attempt;
      return [claim, isOurs ? (row.wish ?? "go-on") : "leave"];
    }),
  );
}

/** Says that a job's worker lives. */
export async function keepAlive(context: JobContext, claim: Claim): Promise<void> {
  await context.delivery.touch(claim.delivered);
  await current(context, claim).set({ heard: sql`now()` }).execute();
}

/** Writes events, in order. @returns whether the claim still held */
export async function writeEvents(
  context: JobContext,
  { job, attempt }: Claim,
  events: readonly Printed[],
): Promise<boolean> {
  if (events.length === 0) return true;
  const bodies = toJson(events);
  const { rows } = await sql`
    with ours as (
      select id from ${sql.table("atelier.job")}
      where id = ${job} and attempt = ${attempt} and state = 'running' for share
    )
    insert into ${sql.table("atelier.event")} (job, attempt, body)
    select ours.id, ${attempt}::int, body
    from ours, jsonb_array_elements(${bodies}::jsonb) with ordinality as list(body, place)
    order by place
    returning id`.execute(context.database.tables);
  if (rows.length === 0) return false;
  await tellOf(context, job);
  return true;
}

/** Says how far it is. */
export async function writeProgress(
  context: JobContext,
  claim: Claim,
  progress: Progress,
): Promise<void> {
  await current(context, claim)
    .set({ progress: toJson(progress) })
    .execute();
  await tellOf(context, claim.job);
}

/** An update of the row while it is the claim's. */
export function current({ database }: Pick<JobContext, "database">, { job, attempt }: Claim) {
  return database.tables
    .updateTable("job")
    .where("id", "=", job)
    .where("attempt", "=", attempt)
    .where("state", "=", "running")
    .where("made", "is", null);
}
