/** @file What people ask of a job that there is: cancel, stop, try again, move, name. */

import { said } from "@atelier/engine";
import { sql } from "kysely";
import type { Job } from "../api/index.js";
import { refused } from "../api/refusal.js";
import { commandOf } from "./commands/commands.js";
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
      .set({ state: "stopped", ended: sql`now()` })
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

/** Queues a job again that did not come off. @throws AtelierError for one that waits, runs or is done. */
export async function retryJob(context: JobContext, id: string): Promise<Job> {
  const row = await requireRow(context, id);
  const again = await update(context, id, { states: ["failed", "cancelled", "stopped"] })
    .set({
      state: "waiting",
      ...{ delivery: null, wish: null, worker: null, progress: null, problem: null },
      // What it needs may have been changed, and is sent anew.
      ...{ asks: false, inputs: null, made: null },
      ended: null,
    })
    .execute();
  if (again[0]?.numUpdatedRows === 0n) {
    throw refused(
      "conflict",
      said`job ${row.title}: expected one that failed or was stopped or cancelled, got one that is ${row.state}.`,
    );
  }
  await tellOf(context, id);
  await dispatch(context);
  return jobOf(await requireRow(context, id));
}

/** Moves a job in the queue, or names it. */
export async function changeJob(
  context: JobContext,
  id: string,
  {
    priority,
    title,
  }: { readonly priority?: number | undefined; readonly title?: string | undefined },
): Promise<Job> {
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

/** An update of a job that is in one of some states. */
function update(
  { database }: JobContext,
  id: string,
  { states }: { readonly states: readonly Job["state"][] },
) {
  return database.tables.updateTable("job").where("id", "=", id).where("state", "in", states);
}
