/**
 * @file What a job's row says of its files in the storage: three manifests, each written by whoever has the job then, so
 * that what a worker sends that was given up counts for nothing. What no row names, nobody needs.
 *
 *     inputs   what the request names of the library, sent by the Studio when a worker asks for it
 *     saved    the run's folder and the pictures so far, sent by the worker
 *     made     the results, which the Studio has yet to take into the library; the worker is done then
 */

import { sql } from "kysely";
import { type Claim, current } from "./claim.js";
import { type JobContext, tellOf } from "./context.js";
import type { JobRow } from "./job-row.js";
import { toJson } from "./storable.js";

/** The manifests of a job. */
export type StoredFiles = Pick<JobRow, "inputs" | "saved" | "made">;

/** Those of a job that is in a worker's hands; nothing where it is so no more. */
export async function filesOf(
  { database }: Pick<JobContext, "database">,
  { job, attempt }: Claim,
): Promise<StoredFiles | undefined> {
  return database.tables
    .selectFrom("job")
    .select(["inputs", "saved", "made"])
    .where("id", "=", job)
    .where("attempt", "=", attempt)
    .where("state", "=", "running")
    .executeTakeFirst();
}

/** Asks the Studio for what the request names. */
export async function askForInputs(context: JobContext, claim: Claim): Promise<void> {
  await current(context, claim).set({ asks: true }).execute();
  await tellOf(context, claim.job);
}

/** Says what was sent of the run. @returns whether the claim still held */
export async function tellSaved(
  context: JobContext,
  claim: Claim,
  saved: string | null,
): Promise<boolean> {
  const { numUpdatedRows } = await current(context, claim).set({ saved }).executeTakeFirst();
  await tellOf(context, claim.job);
  return numUpdatedRows === 1n;
}

/** Hands results over to the Studio: the job is in nobody's hands any more, and done once they are in the library. */
export async function handOver(context: JobContext, claim: Claim, made: string): Promise<void> {
  const progress = toJson({ stage: "publish", done: 0, total: 1 });
  await current(context, claim).set({ made, progress, wish: null }).execute();
  await tellOf(context, claim.job);
  await context.delivery.end(claim.delivered);
}

/** Rows of jobs that have files there, or wait for some. */
export async function rowsWithFiles({ database }: JobContext): Promise<JobRow[]> {
  return database.tables
    .selectFrom("job")
    .selectAll()
    .where((is) =>
      is.or([
        is("asks", "=", true),
        is("inputs", "is not", null),
        is("saved", "is not", null),
        is("made", "is not", null),
      ]),
    )
    .orderBy("number")
    .execute();
}

/** No row's manifests. */
export const noFiles = { asks: false, inputs: null, saved: null, made: null } as const;

/** An update of a row that is still as it was read. */
export function unchanged({ database }: JobContext, row: JobRow) {
  const same = (column: keyof StoredFiles) =>
    sql<boolean>`${sql.ref(column)} is not distinct from ${row[column]}`;
  return database.tables
    .updateTable("job")
    .where("id", "=", row.id)
    .where("attempt", "=", row.attempt)
    .where("state", "=", row.state)
    .where(same("inputs"))
    .where(same("saved"))
    .where(same("made"));
}
