/** @file How a worker's hold on a job ends. Whichever way, what comes after it is looked for. */

import type { Sentence } from "@atelier/engine";
import { sql } from "kysely";
import type { Job, Problem } from "../api/index.js";
import { tellProblem } from "../library/folder/tell.js";
import { type Claim, current } from "./claim.js";
import { type JobContext, tellOf } from "./context.js";
import { dispatch } from "./dispatch.js";
import { toJson } from "./storable.js";

type Outcome = NonNullable<Job["outcome"]>;

/**
 * Ends a job well. Its results get their names while its row is held, so that no other attempt can come between.
 * @param publish moves what was made into the library; the same again gives the same names
 * @returns whether the claim still held; nothing was published where it did not
 */
export async function finishJob(
  context: JobContext,
  claim: Claim,
  publish: () => Promise<Outcome>,
): Promise<boolean> {
  const isDone = await context.database.tables.transaction().execute(async (transaction) => {
    const row = await transaction
      .selectFrom("job")
      .select("id")
      .where("id", "=", claim.job)
      .where("attempt", "=", claim.attempt)
      .where("state", "=", "running")
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return false;
    const outcome = toJson(await publish());
    await transaction
      .updateTable("job")
      .set({ state: "done", wish: null, outcome, progress: null, ended: sql`now()` })
      .where("id", "=", claim.job)
      .execute();
    return true;
  });
  await afterwards(context, claim);
  return isDone;
}

/** Ends a job that has not come off. */
export async function failJob(context: JobContext, claim: Claim, problem: Problem): Promise<void> {
  await current(context, claim)
    .set({ state: "failed", wish: null, problem: toJson(problem), ended: sql`now()` })
    .execute();
  await afterwards(context, claim);
}

/** The same by a sentence of ours. */
export const failWith = (
  context: JobContext,
  claim: Claim,
  { code, sentence }: { readonly code: string; readonly sentence: Sentence },
): Promise<void> => failJob(context, claim, tellProblem(code, sentence));

/** Ends a job that was asked to stop, and has saved. */
export async function stopJob(context: JobContext, claim: Claim): Promise<void> {
  await current(context, claim)
    .set({ state: "stopped", wish: null, progress: null, ended: sql`now()` })
    .execute();
  await afterwards(context, claim);
}

/** Puts a job back that its worker cannot go on with; another takes it, from its last snapshot where it has one. */
export async function putBack(context: JobContext, claim: Claim): Promise<void> {
  await current(context, claim)
    .set({ state: "waiting", delivery: null, worker: null, progress: null })
    .execute();
  await afterwards(context, claim);
}

/** Lets go of a job that is somebody else's by now, or over. */
export async function leaveJob({ delivery }: JobContext, { delivered }: Claim): Promise<void> {
  await delivery.end(delivered);
}

async function afterwards(context: JobContext, claim: Claim): Promise<void> {
  await tellOf(context, claim.job);
  await context.delivery.end(claim.delivered);
  await dispatch(context);
}
