/** @file PostgreSQL by its URL, for a Studio with several machines. */

import { AtelierError, messageOf, said } from "@atelier/engine";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { changeChannel } from "./change-channel.js";
import type { Backing } from "./database.js";
import { listenOn } from "./listen-on.js";
import type { Tables } from "./tables.js";

const connectTimeoutMs = 10_000;
const poolSize = 8;
const bossPoolSize = 4;

/** Counts and ids are numbers, as they are on PGlite; pg has them as text. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    // Sound: pg's own parsers are functions of the same kind.
    (oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)) as (
      text: string,
    ) => unknown,
};

/** Opens a database. @throws AtelierError `config` for a URL that is none, `network` where it cannot be used. */
export async function openPostgres(url: string): Promise<Backing> {
  const name = nameOf(url);
  const settings = { connectionString: url, types, connectionTimeoutMillis: connectTimeoutMs };
  const pool = new pg.Pool({ ...settings, max: poolSize, application_name: "atelier" });
  // A connection that breaks while nobody uses it is replaced when it is needed.
  pool.on("error", () => {});
  try {
    await pool.query("select 1");
  } catch (cause) {
    await pool.end();
    throw unusable(name, cause);
  }
  const connection = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    kind: "postgresql",
    name,
    connection,
    boss: { connectionString: url, max: bossPoolSize, backend: "postgres" },
    listen: (onMessage) => listenOn(settings, changeChannel, onMessage),
    [Symbol.asyncDispose]: () => connection.destroy(),
  };
}

/** Host and database, without user and password. @throws AtelierError `config`. */
function nameOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new AtelierError(
      "config",
      "--database: expected an address such as postgres://user:password@host/database, got something else. Write it so, with special characters of the password as %XX.",
    );
  }
  return `${parsed.host}${parsed.pathname}`;
}

function unusable(name: string, cause: unknown): AtelierError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const context = { name, code };
  if (code === "28P01" || code === "28000") {
    return new AtelierError(
      "network",
      said`database ${name}: expected its user and password, got ones that it refuses. Correct them in --database.`,
      { cause, context },
    );
  }
  if (code === "3D000") {
    return new AtelierError(
      "network",
      said`database ${name}: expected a database of this name, got none. Make it with createdb, or correct the name in --database.`,
      { cause, context },
    );
  }
  return new AtelierError(
    "network",
    said`database ${name}: expected to reach it, got ${messageOf(cause) || code}. See whether PostgreSQL runs there and lets this machine in, and whether host and port in --database are right.`,
    { cause, context },
  );
}
