/**
 * @file Jobs that wait for nothing any more, no job and no time, are handed to pg-boss, and those that wait for what failed, fail. Both can be
 * done by anyone at any time; what a process that ends in the midst of it leaves undone, the rounds of `recover` find.
 */

import { randomUUID } from "node:crypto";
import { said } from "@atelier/engine";
import { sql } from "kysely";
import { tellProblem } from "../library/folder/tell.js";
import { type JobContext, tellOf } from "./context.js";
import type { JobRow } from "./job-row.js";
import { toJson } from "./storable.js";

const batch = 200;

/** Hands over what is ready, in the order in which it is to be taken. */
export async function dispatch(context: JobContext): Promise<void> {
  const { database } = context;
  if (!(await hasUnsent(context))) return;
  await failDependents(context);
  for (;;) {
    const ready = await database.tables
      .selectFrom("job as waiting")
      .select(["id", "queue", "priority"])
      .where("state", "=", "waiting")
      .where("delivery", "is", null)
      .where((is) => is.or([is("begin", "is", null), is("begin", "<=", sql<Date>`now()`)]))
      .where((is) =>
        is.not(
          is.exists(
            is
              .selectFrom("job as before")
              .select("before.id")
              .where("before.id", "=", sql<string>`any(waiting.after)`)
              .where("before.state", "<>", "done"),
          ),
        ),
      )
      .orderBy("priority", "desc")
      .orderBy("number")
      .limit(batch)
      .execute();
    for (const job of ready) await deliver(context, job);
    if (ready.length < batch) return;
  }
}

async function hasUnsent({ database }: JobContext): Promise<boolean> {
  const unsent = await database.tables
    .selectFrom("job")
    .select("id")
    .where("state", "=", "waiting")
    .where("delivery", "is", null)
    .limit(1)
    .executeTakeFirst();
  return unsent !== undefined;
}

/** Hands over one job. Of several who would do it one does: whoever has written the delivery's id into its row. */
export async function deliver(
  context: JobContext,
  { id, queue, priority }: Pick<JobRow, "id" | "queue" | "priority">,
): Promise<void> {
  const { database, delivery } = context;
  const own = randomUUID();
  const { numUpdatedRows } = await database.tables
    .updateTable("job")
    .set({ delivery: own })
    .where("id", "=", id)
    .where("state", "=", "waiting")
    .where("delivery", "is", null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return;
  await delivery.send(queue, own, { job: id, priority });
  await tellOf(context, id);
}

/** Until nobody waits any more for what will not be done. */
async function failDependents(context: JobContext): Promise<void> {
  const { database } = context;
  for (;;) {
    const lost = await database.tables
      .selectFrom("job as waiting")
      .innerJoin("job as before", (join) =>
        join.on("before.id", "=", sql<string>`any(waiting.after)`),
      )
      .select(["waiting.id", "before.title", "before.state as was"])
      .distinctOn("waiting.id")
      .where("waiting.state", "=", "waiting")
      // What waits for others was never sent.
      .where("waiting.delivery", "is", null)
      .where("before.state", "in", ["failed", "cancelled"])
      .execute();
    if (lost.length === 0) return;
    for (const { id, title, was } of lost) {
      const why =
        was === "failed"
          ? said`job: expected "${title}" to be done before it, but that failed. See why there, and try both again.`
          : said`job: expected "${title}" to be done before it, but that was cancelled. Try both again, or ask for this one alone.`;
      await database.tables
        .updateTable("job")
        .set({ state: "failed", problem: toJson(tellProblem("after", why)), ended: sql`now()` })
        .where("id", "=", id)
        .where("state", "=", "waiting")
        .execute();
      await tellOf(context, id);
    }
  }
}
