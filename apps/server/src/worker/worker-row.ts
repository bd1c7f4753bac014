/** @file A worker among the others: its name, which is its own while it lives, and what it says of itself. */

import { hostname } from "node:os";
import { sql } from "kysely";
import type { Backend, Lane } from "../database/tables.js";
import type { JobContext } from "../jobs/context.js";
import { freeJobsOf } from "../jobs/recover.js";
import { isRunning, machine } from "./machine.js";

/** What a worker says of itself. */
export interface WorkerFacts {
  readonly version: string;
  readonly backend: Backend;
  readonly lanes: readonly Lane[];
}

/** Names of workers of this process. */
const ownNames = new Set<string>();

/** Not heard of for so long, a worker's name is free. */
const silentSeconds = 60;

/**
 * Takes a name, or the name with the first number that no living worker has. Jobs of a worker of that name which is
 * gone are free from now on.
 */
export async function takeName(
  context: JobContext,
  wished: string,
  facts: WorkerFacts,
): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wished : `${wished}-${number}`;
    const before = await context.database.tables
      .selectFrom("worker")
      .select(["host", "pid"])
      .select(sql<boolean>`seen > now() - make_interval(secs => ${silentSeconds})`.as("wasSeen"))
      .where("name", "=", name)
      .executeTakeFirst();
    if (before === undefined) {
      if (!(await insert(context, name, facts))) continue;
      ownNames.add(name);
      return name;
    }
    const isHere = before.host === hostname();
    // A worker that ends takes its row away: one of our own number is of a process before.
    const isOurs = isHere && before.pid === process.pid;
    const lives = isOurs ? ownNames.has(name) : isHere ? isRunning(before.pid) : before.wasSeen;
    if (lives) continue;
    ownNames.add(name);
    await freeJobsOf(context, name);
    await pulse(context, name, { facts, jobs: [] });
    return name;
  }
}

async function insert(context: JobContext, name: string, facts: WorkerFacts): Promise<boolean> {
  const added = await context.database.tables
    .insertInto("worker")
    .values({ name, ...rowOf(facts), jobs: [] })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  await context.database.tell({ kind: "worker", name });
  return added.numInsertedOrUpdatedRows === 1n;
}

/** Says that a worker lives and what it works on. */
export async function pulse(
  { database }: JobContext,
  name: string,
  { facts, jobs }: { readonly facts: WorkerFacts; readonly jobs: readonly string[] },
): Promise<void> {
  const row = { ...rowOf(facts), jobs: [...jobs] };
  await database.tables
    .insertInto("worker")
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ ...row, seen: sql`now()` }))
    .execute();
  await database.tell({ kind: "worker", name });
}

/** Takes a worker's row away. */
export async function leaveName({ database }: JobContext, name: string): Promise<void> {
  ownNames.delete(name);
  await database.tables.deleteFrom("worker").where("name", "=", name).execute();
  await database.tell({ kind: "worker", name });
}

function rowOf({ version, backend, lanes }: WorkerFacts) {
  return { ...machine(), version, backend, lanes: [...lanes] };
}
