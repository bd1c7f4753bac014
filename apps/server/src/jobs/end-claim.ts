/** @file How a worker's hold on a job ends. Whichever way, what comes after it is looked for. */

import type { Sentence } from "@atelier/engine";
import { sql } from "kysely";
import type { Job, Problem } from "../api/index.js";
import { tellProblem } from "../library/folder/tell.js";
import { type Claim, current } from "./claim.js";
import { type JobContext, tellOf } from "./context.js";
import { dispatch } from "./dispatch.js";
import { toJson } from "./storable.js";
import { noFiles } from "./stored-files.js";

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
  const isDone = await endWell(context, { ...claim, made: null }, publish);
  await afterwards(context, claim);
  return isDone;
}

/** The same where a worker has handed over what was made. @param made the manifest that it is published from */
export async function finishHandedOver(
  context: JobContext,
  job: HandedOver,
  publish: () => Promise<Outcome>,
): Promise<void> {
  await endWell(context, job, publish);
  await tellOf(context, job.job);
  await dispatch(context);
}

/** A job whose worker is done, while its results are none of the library's yet. */
export interface HandedOver extends Pick<Claim, "job" | "attempt"> {
  readonly made: string | null;
}

function endWell(
  { database }: JobContext,
  { job, attempt, made }: HandedOver,
  publish: () => Promise<Outcome>,
): Promise<boolean> {
  return database.tables.transaction().execute(async (transaction) => {
    const row = await transaction
      .selectFrom("job")
      .select("made")
      .where("id", "=", job)
      .where("attempt", "=", attempt)
      .where("state", "=", "running")
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined || row.made !== made) return false;
    const outcome = toJson(await publish());
    await transaction
      .updateTable("job")
      .set({ state: "done", wish: null, outcome, progress: null, problem: null, ended: sql`now()` })
      .set(noFiles)
      .where("id", "=", job)
      .execute();
    return true;
  });
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
