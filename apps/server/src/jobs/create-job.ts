/** @file A job enters the queue. */

import { randomUUID } from "node:crypto";
import { said } from "@atelier/engine";
import type { Job, JobRequest } from "../api/index.js";
import { refused } from "../api/refusal.js";
import type { Backend, Lane } from "../database/tables.js";
import { cleanItemName } from "../library/folder/safe-name.js";
import { commandOf } from "./commands/commands.js";
import { type JobContext, tellOf } from "./context.js";
import { deliver, dispatch } from "./dispatch.js";
import { jobOf } from "./job-row.js";
import { cleanText, toJson } from "./storable.js";

/** What is asked for. */
export interface NewJob {
  readonly request: JobRequest;
  readonly title?: string | undefined;
  readonly priority: number;
  readonly after: readonly string[];
  /** Not before then. */
  readonly begin?: string | undefined;
}

/** What a worker must have for a job. */
interface Needs {
  readonly backend: Backend;
  /** Power of two of gigabytes. */
  readonly memory: number;
}

/** Queues a job. @throws AtelierError for a request that names what is not there, or that its command would refuse. */
export async function createJob(context: JobContext, given: NewJob): Promise<Job> {
  const { request, begin } = given;
  await commandOf(request).check(request, context.library);
  const after = [...new Set(given.after)];
  await requireJobs(context, after);
  const row = await context.database.tables
    .insertInto("job")
    .values({
      ...(await newRow(context, given)),
      after,
      begin: begin === undefined ? null : new Date(begin),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  if (after.length === 0 && begin === undefined) await deliver(context, row);
  else {
    await tellOf(context, row.id);
    await dispatch(context);
  }
  return jobOf(row);
}

/** The row of a job that is to be queued, but for what it waits for. */
export async function newRow(
  context: JobContext,
  given: Pick<NewJob, "request" | "title" | "priority">,
) {
  const { request, priority } = given;
  const { lane, run: runOf } = commandOf(request);
  const id = randomUUID();
  const run = runOf?.(request);
  const { backend, memory } = await needsOf(context, request);
  return {
    ...{ id, kind: request.kind, title: titleOf(given), request: toJson(request) },
    ...{ lane, backend, memory, priority, queue: queueOf(lane, { backend, memory }) },
    state: "waiting" as const,
    run: run === undefined ? null : "name" in run ? run.name : runName(run.stem, id),
  };
}

/** What it is called: as it is asked for, else as its kind says. */
export function titleOf({ request, title = "" }: Pick<NewJob, "request" | "title">): string {
  return cleanText(title.trim() === "" ? commandOf(request).title(request) : title);
}

async function requireJobs({ database }: JobContext, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const found = await database.tables
    .selectFrom("job")
    .select("id")
    .where("id", "in", ids)
    .execute();
  const missing = ids.find((id) => found.every((row) => row.id !== id));
  if (missing === undefined) return;
  throw refused("not-found", said`after: expected jobs that there are, got ${missing}.`);
}

/** A job about a run needs what the job did that began it. */
async function needsOf({ database, memory }: JobContext, request: JobRequest): Promise<Needs> {
  const command = commandOf(request);
  if ("run" in request) {
    const before = await database.tables
      .selectFrom("job")
      .select(["backend", "memory"])
      .where("run", "=", request.run)
      .orderBy("number")
      .executeTakeFirst();
    if (before !== undefined) return before;
  }
  const known = memory.of(request);
  const gigabytes = known === undefined ? command.gigabytes(request) : known / 2 ** 30;
  return {
    backend: command.backend(request),
    memory: 2 ** Math.ceil(Math.log2(Math.max(1, gigabytes))),
  };
}

/** The queue of pg-boss for what a job needs. */
function queueOf(lane: Lane, { backend, memory }: Needs): string {
  return `${lane}.${backend}.${memory}`;
}

/** `dog-20261124-093015-4f1c`: readable, sorted by time, and of one job. */
function runName(stem: string, id: string): string {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll("-", "").replaceAll(":", "");
  return `${cleanItemName(stem, "run")}-${stamp.replace("T", "-")}-${id.slice(0, 4)}`;
}
