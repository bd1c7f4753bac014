/**
 * @file Kysely on PGlite. PGlite has one connection; a transaction of ours holds the mutex from its begin to its end, so
 * that no statement of anyone else falls into it.
 */

import type { PGlite } from "@electric-sql/pglite";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from "kysely";
import type { Mutex } from "./mutex.js";

async function run<Row>(
  pglite: PGlite,
  { sql, parameters }: CompiledQuery,
): Promise<QueryResult<Row>> {
  const { rows, affectedRows } = await pglite.query<Row>(sql, [...parameters]);
  return { rows, numAffectedRows: BigInt(affectedRows ?? 0) };
}

/** PGlite, for Kysely. */
export function pgliteDialect(pglite: PGlite, mutex: Mutex): Dialect {
  const turns = new WeakMap<DatabaseConnection, () => void>();
  const execute = async (connection: DatabaseConnection, text: string): Promise<void> => {
    await connection.executeQuery(CompiledQuery.raw(text));
  };
  return {
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createDriver: () => ({
      init: async () => {},
      async acquireConnection() {
        const leave = await mutex.enter();
        const connection: DatabaseConnection = {
          executeQuery: (query) => run(pglite, query),
          streamQuery() {
            throw new Error("internal: PGlite does not stream rows.");
          },
        };
        turns.set(connection, leave);
        return connection;
      },
      beginTransaction: (connection) => execute(connection, "begin"),
      commitTransaction: (connection) => execute(connection, "commit"),
      rollbackTransaction: (connection) => execute(connection, "rollback"),
      releaseConnection: async (connection) => turns.get(connection)?.(),
      // Whoever has opened PGlite closes it.
      destroy: async () => {},
    }),
  };
}
