/** @file What all that is done with jobs works on. */

import { sql } from "kysely";
import type { Database } from "../database/database.js";
import type { LibraryFolder } from "../library/folder/library-folder.js";
import type { Delivery } from "./delivery.js";
import type { KnownMemory } from "./known-memory.js";

/** The database, what delivers, and the library that jobs name things of. */
export interface JobContext {
  readonly database: Database;
  readonly delivery: Delivery;
  readonly library: LibraryFolder;
  /** What was forecast, which is better than what a request lets guess. */
  readonly memory: KnownMemory;
}

/** The time by the database's clock, which decides; those of its machines may differ. */
export async function clockOf({ database }: Pick<JobContext, "database">): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select now() as now`.execute(database.tables);
  return rows[0]?.now ?? new Date();
}

/** Tells everyone that a job has changed. */
export const tellOf = ({ database }: Pick<JobContext, "database">, job: string): Promise<void> =>
  database.tell({ kind: "job", name: job });
