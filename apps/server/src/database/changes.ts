/** @file Changes told from process to process by NOTIFY, with one listener for all readers of a process. */

import { sql } from "kysely";
import { type Change, change } from "../api/index.js";
import { changeChannel } from "./change-channel.js";
import type { Backing, Database } from "./database.js";
import { tableSchema } from "./migrations.js";

/** A database that tells of changes and hears of them. */
export async function withChanges(backing: Backing): Promise<Database> {
  const readers = new Set<(change: Change) => void>();
  const unlisten = await backing.listen((payload) => {
    const told = parse(payload);
    if (told === undefined) return;
    for (const reader of [...readers]) reader(told);
  });
  const { kind, name, connection, boss } = backing;
  return {
    ...{ kind, name, boss },
    tables: connection.withSchema(tableSchema),
    async tell(told) {
      await sql`select pg_notify(${changeChannel}, ${JSON.stringify(told)})`.execute(connection);
    },
    hear(reader) {
      // A function of its own, so that one reader can be added twice.
      const own = (told: Change): void => reader(told);
      readers.add(own);
      return () => void readers.delete(own);
    },
    async [Symbol.asyncDispose]() {
      readers.clear();
      await unlisten();
      await backing[Symbol.asyncDispose]();
    },
  };
}

/** Others may speak on the channel as well; what is no change is not for us. */
function parse(payload: string): Change | undefined {
  try {
    return change.safeParse(JSON.parse(payload)).data;
  } catch {
    return undefined;
  }
}
