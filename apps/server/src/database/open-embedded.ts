/** @file The embedded database: PGlite in a folder, for one process at a time. */

import { join } from "node:path";
import { AtelierError, messageOf, said } from "@atelier/engine";
import { makeFolder } from "@atelier/engine/node";
import { PGlite, types } from "@electric-sql/pglite";
import { Kysely } from "kysely";
import { fromPglite } from "pg-boss";
import { changeChannel } from "./change-channel.js";
import type { Backing } from "./database.js";
import { lockDatabase } from "./lock-database.js";
import { createMutex, type Mutex } from "./mutex.js";
import { pgliteDialect } from "./pglite-dialect.js";
import type { Tables } from "./tables.js";

/** Below the folder, beside its lock. */
const dataName = "data";

/** Opens the database of a folder, which is locked until it is disposed. @throws AtelierError `file`. */
export async function openEmbedded(folder: string): Promise<Backing> {
  const lock = await lockDatabase(folder);
  try {
    const pglite = await openPglite(folder);
    const mutex = createMutex();
    const connection = new Kysely<Tables>({ dialect: pgliteDialect(pglite, mutex) });
    return {
      kind: "embedded",
      name: folder,
      connection,
      boss: { db: fromPglite(inTurns(pglite, mutex)), backend: "pglite" },
      async listen(onMessage) {
        return mutex.run(() => pglite.listen(changeChannel, onMessage));
      },
      async [Symbol.asyncDispose]() {
        await connection.destroy();
        // What is under way ends first.
        await mutex.run(() => pglite.close());
        await lock[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

async function openPglite(folder: string): Promise<PGlite> {
  const data = join(folder, dataName);
  try {
    await makeFolder(data);
    return await PGlite.create(data, { parsers: { [types.INT8]: Number } });
  } catch (cause) {
    throw new AtelierError(
      "file",
      said`database ${folder}: expected to open it, got ${messageOf(cause)}. If its disk is full, free some space; if its files are damaged, move the folder ${data} away: pictures, runs and results lie elsewhere, and only the list of jobs begins anew.`,
      { cause, context: { folder } },
    );
  }
}

/** PGlite for pg-boss, whose statements wait while a transaction of ours is open. */
function inTurns(pglite: PGlite, mutex: Mutex) {
  return {
    query: <T>(text: string, values?: unknown[]) => mutex.run(() => pglite.query<T>(text, values)),
    exec: (text: string) => mutex.run(() => pglite.exec(text)),
  };
}
