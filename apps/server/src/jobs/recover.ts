/** @file The rounds of the queue: jobs whose workers went away, which pg-boss notices and a job's row follows, and times that have come. */

import { said } from "@atelier/engine";
import { sql, type Updateable } from "kysely";
import type { JobTable } from "../database/tables.js";
import { tellProblem } from "../library/folder/tell.js";
import { type JobContext, tellOf } from "./context.js";
import { dispatch } from "./dispatch.js";
import type { JobRow } from "./job-row.js";
import { queueDue } from "./queue-due.js";
import { toJson } from "./storable.js";

/** One round: what is lost is found, what is due is queued, what is ready is handed over. */
export async function recover(context: JobContext): Promise<void> {
  const { database, delivery } = context;
  const silent = await database.tables
    .selectFrom("job")
    .selectAll()
    .where("state", "=", "running")
    .where("made", "is", null)
    .where("heard", "<", sql<Date>`now() - make_interval(secs => ${delivery.heartbeatSeconds})`)
    .execute();
  for (const row of silent) await followDelivery(context, row);
  await sendAgain(context);
  await queueDue(context);
  await dispatch(context);
}

/** How many of those that are next are looked at in a round: one that nobody can take stays among them. */
const looksAtNext = 5;

/** A delivery can be given up before its worker has said anything: the job is sent once more. */
async function sendAgain({ database, delivery }: JobContext): Promise<void> {
  const next = await database.tables
    .selectFrom("job")
    .select(["id", "queue", "delivery"])
    .where("state", "=", "waiting")
    .where("delivery", "is not", null)
    .orderBy("priority", "desc")
    .orderBy("number")
    .limit(looksAtNext)
    .execute();
  for (const { id, queue, delivery: own } of next) {
    if (own === null || !["gone", "given-up"].includes(await delivery.stateOf(queue, own)))
      continue;
    await database.tables
      .updateTable("job")
      .set({ delivery: null })
      .where("id", "=", id)
      .where("delivery", "=", own)
      .where("state", "=", "waiting")
      .execute();
  }
}

/** Frees the jobs of a worker that is known to be gone. */
export async function freeJobsOf(context: JobContext, worker: string | undefined): Promise<void> {
  const { database, delivery } = context;
  let query = database.tables
    .selectFrom("job")
    .selectAll()
    .where("state", "=", "running")
    // The results of the others wait for the library, not for a worker.
    .where("made", "is", null);
  if (worker !== undefined) query = query.where("worker", "=", worker);
  for (const row of await query.execute()) {
    if (row.delivery !== null) await delivery.release(row.queue, row.delivery);
    await followDelivery(context, row);
  }
}

async function followDelivery(context: JobContext, row: JobRow): Promise<void> {
  const state =
    row.delivery === null ? "gone" : await context.delivery.stateOf(row.queue, row.delivery);
  switch (state) {
    case "taken":
      // Its time is not over, or another worker has it and is about to say so.
      return;
    case "waiting":
      await set(context, row, { state: "waiting", worker: null, progress: null });
      return;
    case "gone":
      await set(context, row, { state: "waiting", delivery: null, worker: null, progress: null });
      return;
    case "given-up": {
      const why = said`job: expected a worker to finish it, got ${row.attempt} that went away while they worked on it, the last ${row.worker ?? "?"}. See there whether memory is short, then try it again.`;
      const problem = toJson(tellProblem("worker-lost", why));
      await set(context, row, { state: "failed", wish: null, problem, ended: new Date() });
      return;
    }
    default:
      state satisfies never;
  }
}

type Update = Updateable<JobTable>;

async function set(context: JobContext, { id, attempt }: JobRow, values: Update): Promise<void> {
  await context.database.tables
    .updateTable("job")
    .set(values)
    .where("id", "=", id)
    .where("attempt", "=", attempt)
    .where("state", "=", "running")
    .where("made", "is", null)
    .execute();
  await tellOf(context, id);
}
