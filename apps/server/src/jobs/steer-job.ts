/** @file What people ask of a job that there is: cancel, stop, finish, try again, move, name. */

import { said } from "@atelier/engine";
import { sql } from "kysely";
import type { Job } from "../api/index.js";
import { refused } from "../api/refusal.js";
import { commandOf } from "./commands/commands.js";
import { isTune } from "./commands/training.js";
import { type JobContext, tellOf } from "./context.js";
import { dispatch } from "./dispatch.js";
import { type JobRow, jobOf } from "./job-row.js";
import { cleanText } from "./storable.js";

/** The row of a job. @throws AtelierError, not found. */
export async function requireRow({ database }: JobContext, id: string): Promise<JobRow> {
  const row = await database.tables
    .selectFrom("job")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
  if (row !== undefined) return row;
  throw refused("not-found", said`job ${id}: expected one of the queue, got no such job.`, { id });
}

/** Ends a job at once, wherever it is. A job that is over stays as it is. */
export async function cancelJob(context: JobContext, id: string): Promise<Job> {
  const before = await requireRow(context, id);
  const ended = await update(context, id, { states: ["waiting", "running"] })
    .set({ state: "cancelled", wish: null, progress: null, ended: sql`now()` })
    .execute();
  if (ended[0]?.numUpdatedRows === 0n) return jobOf(await requireRow(context, id));
  if (before.delivery !== null) await context.delivery.drop(before.queue, before.delivery);
  await tellOf(context, id);
  await dispatch(context);
  return jobOf(await requireRow(context, id));
}

/** Asks a training to save and end. One that waits is ended at once. @throws AtelierError where it cannot be stopped. */
export async function stopJob(context: JobContext, id: string): Promise<Job> {
  const row = await requireRow(context, id);
  if (!commandOf(row.request).canStop) {
    throw refused(
      "conflict",
      said`job ${row.title}: expected a training, which can save and go on later, got one that cannot be stopped. Cancel it.`,
    );
  }
  if (row.state === "waiting") {
    if (row.attempt === 0) return cancelJob(context, id);
    await update(context, id, { states: ["waiting"] })
      .set({ state: "stopped", wish: null, ended: sql`now()` })
      .execute();
    if (row.delivery !== null) await context.delivery.drop(row.queue, row.delivery);
  } else {
    await update(context, id, { states: ["running"] })
      .set({ wish: "stop" })
      .execute();
  }
  await tellOf(context, id);
  return jobOf(await requireRow(context, id));
}

/**
 * Asks a training to be done with the best so far as its result: now where it runs, else as soon as a worker takes it.
 * @throws AtelierError for one that cannot be finished, has not begun, or is done.
 */
export async function finishJob(context: JobContext, id: string): Promise<Job> {
  const row = await requireRow(context, id);
  await requireFinishable(context, row);
  await update(context, id, { states: ["waiting", "running"] })
    .set({ wish: "finish" })
    .execute();
  await queueAgain(context, id, "finish");
  await tellOf(context, id);
  await dispatch(context);
  return jobOf(await requireRow(context, id));
}

async function requireFinishable({ library }: JobContext, row: JobRow): Promise<void> {
  const { title, request, run, attempt, state } = row;
  if (commandOf(request).finish === undefined || run === null || (await isTune(library, run))) {
    throw refused(
      "conflict",
      said`job ${title}: expected a training, which can end with the best so far, got one that cannot. Cancel it.`,
    );
  }
  if (attempt === 0) {
    throw refused(
      "conflict",
      said`job ${title}: expected a training that has begun, got one that waits for its turn. Cancel it.`,
    );
  }
  if (state !== "done") return;
  throw refused("conflict", said`job ${title}: expected one that is not done, got one that is.`);
}

/** Queues a job again that did not come off. @throws AtelierError for one that waits, runs or is done. */
export async function retryJob(context: JobContext, id: string): Promise<Job> {
  const row = await requireRow(context, id);
  if (!(await queueAgain(context, id, null))) {
    throw refused(
      "conflict",
      said`job ${row.title}: expected one that failed or was stopped or cancelled, got one that is ${row.state}.`,
    );
  }
  await tellOf(context, id);
  await dispatch(context);
  return jobOf(await requireRow(context, id));
}

/** What is changed of a job. */
export interface JobChange {
  readonly priority?: number | undefined;
  readonly title?: string | undefined;
  /** Not before then; null for at once. */
  readonly begin?: string | null | undefined;
}

/** Moves a job in the queue, names it, or sets its time. @throws AtelierError for the time of one that does not wait. */
export async function changeJob(
  context: JobContext,
  id: string,
  { priority, title, begin }: JobChange,
): Promise<Job> {
  if (begin !== undefined) await setBegin(context, id, begin === null ? null : new Date(begin));
  const { queue, delivery, state } = await requireRow(context, id);
  if (priority !== undefined || title !== undefined) {
    await context.database.tables
      .updateTable("job")
      .set({
        ...(priority !== undefined && { priority }),
        ...(title !== undefined && { title: cleanText(title) }),
      })
      .where("id", "=", id)
      .execute();
  }
  if (priority !== undefined && delivery !== null && state === "waiting") {
    await context.delivery.reorder(queue, delivery, priority);
  }
  await tellOf(context, id);
  return jobOf(await requireRow(context, id));
}

/** @returns whether it was one that did not come off */
async function queueAgain(context: JobContext, id: string, wish: JobRow["wish"]): Promise<boolean> {
  const again = await update(context, id, { states: ["failed", "cancelled", "stopped"] })
    .set({
      ...{ state: "waiting", wish },
      ...{ delivery: null, worker: null, progress: null, problem: null },
      // What it needs may have been changed, and is sent anew.
      ...{ asks: false, inputs: null, made: null },
      ended: null,
    })
    .execute();
  return again[0]?.numUpdatedRows !== 0n;
}

/** A delivery that a worker may be about to take is one of a job that was never sent then, and nobody's. */
async function setBegin(context: JobContext, id: string, begin: Date | null): Promise<void> {
  const { title, state, queue, delivery } = await requireRow(context, id);
  const moved = await update(context, id, { states: ["waiting"] })
    .set({ begin, delivery: null })
    .execute();
  if (moved[0]?.numUpdatedRows === 0n) {
    throw refused(
      "conflict",
      said`job ${title}: expected one that waits, got one that is ${state}. Queue it anew for another time.`,
    );
  }
  if (delivery !== null) await context.delivery.drop(queue, delivery);
  await dispatch(context);
}

/** An update of a job that is in one of some states. */
function update(
  { database }: JobContext,
  id: string,
  { states }: { readonly states: readonly Job["state"][] },
) {
  return database.tables.updateTable("job").where("id", "=", id).where("state", "in", states);
}
