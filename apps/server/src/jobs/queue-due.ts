/**
 * @file Schedules whose time has come queue their job. Any process that shares the database does it: whoever moves a
 * schedule on to its next time queues the job for the one before, in the same transaction.
 */

import { AtelierError } from "@atelier/engine";
import { type Selectable, sql } from "kysely";
import type { ScheduleTable } from "../database/tables.js";
import { tellProblem } from "../library/folder/tell.js";
import { commandOf } from "./commands/commands.js";
import { clockOf, type JobContext, tellOf } from "./context.js";
import { newRow } from "./create-job.js";
import { nextTime } from "./cron.js";
import { tellOfSchedule } from "./schedules.js";
import { toJson } from "./storable.js";

/** Queues what is due; the jobs are still to be handed over. */
export async function queueDue(context: JobContext): Promise<void> {
  const due = await context.database.tables
    .selectFrom("schedule")
    .selectAll()
    .where("next", "<=", sql<Date>`now()`)
    .execute();
  // What is wrong with one holds no other up.
  await Promise.allSettled(due.map((row) => queueOne(context, row)));
}

/** One job, however many times have passed while nothing ran; none where the one before it waits still. */
async function queueOne(context: JobContext, row: Selectable<ScheduleTable>): Promise<void> {
  const { id, next: due, request, title, priority } = row;
  if (due === null) return;
  const job = await newRow(context, { request, title, priority });
  const refusal = await refusalBy(context, row);
  const next = nextTime(row, await clockOf(context));
  const isMoved = await context.database.tables.transaction().execute(async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable("schedule")
      .set({ next })
      .where("id", "=", id)
      .where("next", "=", due)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    const before = await transaction
      .selectFrom("job")
      .select("id")
      .where("schedule", "=", id)
      .where("state", "=", "waiting")
      .executeTakeFirst();
    if (before !== undefined) return true;
    await transaction
      .insertInto("job")
      .values({ ...job, after: [], schedule: id, due, ...refusal })
      // A clock that was set back brings times again.
      .onConflict((conflict) => conflict.columns(["schedule", "due"]).doNothing())
      .execute();
    return true;
  });
  if (!isMoved) return;
  await tellOf(context, job.id);
  await tellOfSchedule(context, id);
}

/** What was asked for once may not be there any more: its job has failed then, and says why. */
async function refusalBy(
  { library }: JobContext,
  { request }: Pick<Selectable<ScheduleTable>, "request">,
) {
  try {
    await commandOf(request).check(request, library);
    return {};
  } catch (error) {
    if (!(error instanceof AtelierError)) throw error;
    return {
      state: "failed" as const,
      problem: toJson(tellProblem(error.code, error.sentence)),
      ended: sql<Date>`now()`,
    };
  }
}
