/**
 * @file The steps that the tables have come by, each taken once and never changed afterwards. There is no way back: a
 * program that knows fewer steps than a database has taken leaves it alone.
 */

import { AtelierError, messageOf, said } from "@atelier/engine";
import { type Kysely, type Migration, Migrator, sql } from "kysely";
import type { Tables } from "./tables.js";

/** The schema of the tables; pg-boss has another. */
export const tableSchema = "atelier";

const migrationTable = "migration";

/** Steps by name, in the order of their names. */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001-jobs": {
    async up(database) {
      const { schema } = database.withSchema(tableSchema);
      await schema
        .createTable("job")
        .addColumn("id", "uuid", (column) => column.primaryKey())
        .addColumn("number", "bigserial", (column) => column.notNull().unique())
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("title", "text", (column) => column.notNull())
        .addColumn("request", "jsonb", (column) => column.notNull())
        .addColumn("lane", "text", (column) => column.notNull())
        .addColumn("backend", "text", (column) => column.notNull())
        .addColumn("memory", "integer", (column) => column.notNull())
        .addColumn("queue", "text", (column) => column.notNull())
        .addColumn("priority", "integer", (column) => column.notNull())
        .addColumn("state", "text", (column) => column.notNull())
        .addColumn("after", sql`uuid[]`, (column) => column.notNull())
        .addColumn("delivery", "uuid")
        .addColumn("wish", "text")
        .addColumn("attempt", "integer", (column) => column.notNull().defaultTo(0))
        .addColumn("worker", "text")
        .addColumn("heard", "timestamptz")
        .addColumn("run", "text")
        .addColumn("progress", "jsonb")
        .addColumn("outcome", "jsonb")
        .addColumn("problem", "jsonb")
        .addColumn("created", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
        .addColumn("started", "timestamptz")
        .addColumn("ended", "timestamptz")
        .execute();
      // What waits, in the order in which it is taken; and what runs.
      await sql`create index job_waiting on ${sql.table(`${tableSchema}.job`)}
        (lane, priority desc, number) where state = 'waiting'`.execute(database);
      await sql`create index job_unsent on ${sql.table(`${tableSchema}.job`)}
        (priority desc, number) where state = 'waiting' and delivery is null`.execute(database);
      await sql`create index job_running on ${sql.table(`${tableSchema}.job`)}
        (worker) where state = 'running'`.execute(database);
      await schema.createIndex("job_state").on("job").columns(["state", "number"]).execute();
      await schema
        .createTable("event")
        .addColumn("id", "bigserial", (column) => column.primaryKey())
        .addColumn("job", "uuid", (column) => column.notNull().references(`${tableSchema}.job.id`))
        .addColumn("attempt", "integer", (column) => column.notNull())
        .addColumn("time", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
        .addColumn("body", "jsonb", (column) => column.notNull())
        .execute();
      await schema.createIndex("event_of_job").on("event").columns(["job", "id"]).execute();
      await schema
        .createTable("worker")
        .addColumn("name", "text", (column) => column.primaryKey())
        .addColumn("host", "text", (column) => column.notNull())
        .addColumn("pid", "integer", (column) => column.notNull())
        .addColumn("version", "text", (column) => column.notNull())
        .addColumn("backend", "text", (column) => column.notNull())
        .addColumn("cores", "integer", (column) => column.notNull())
        .addColumn("memory", "double precision", (column) => column.notNull())
        .addColumn("load", "double precision", (column) => column.notNull())
        .addColumn("lanes", sql`text[]`, (column) => column.notNull())
        .addColumn("jobs", sql`uuid[]`, (column) => column.notNull())
        .addColumn("seen", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
        .execute();
    },
  },
  "0002-schedules": {
    async up(database) {
      const { schema } = database.withSchema(tableSchema);
      await schema
        .createTable("schedule")
        .addColumn("id", "uuid", (column) => column.primaryKey())
        .addColumn("number", "bigserial", (column) => column.notNull().unique())
        .addColumn("title", "text", (column) => column.notNull())
        .addColumn("request", "jsonb", (column) => column.notNull())
        .addColumn("priority", "integer", (column) => column.notNull())
        .addColumn("cron", "text", (column) => column.notNull())
        .addColumn("zone", "text", (column) => column.notNull())
        .addColumn("next", "timestamptz")
        .addColumn("created", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
        .execute();
      await schema
        .alterTable("job")
        .addColumn("begin", "timestamptz")
        .addColumn("schedule", "uuid", (column) =>
          column.references(`${tableSchema}.schedule.id`).onDelete("set null"),
        )
        .addColumn("due", "timestamptz")
        .execute();
      await schema
        .createIndex("job_of_schedule")
        .on("job")
        .columns(["schedule", "due"])
        .unique()
        .execute();
    },
  },
  "0003-stored-files": {
    async up(database) {
      await database
        .withSchema(tableSchema)
        .schema.alterTable("job")
        .addColumn("asks", "boolean", (column) => column.notNull().defaultTo(false))
        .addColumn("inputs", "text")
        .addColumn("saved", "text")
        .addColumn("made", "text")
        .execute();
      await sql`create index job_files on ${sql.table(`${tableSchema}.job`)} (number)
        where asks or inputs is not null or saved is not null or made is not null`.execute(
        database,
      );
    },
  },
};

/**
 * Brings the tables to what this program knows.
 * @param where names the database in errors
 * @throws AtelierError `file` where a newer program has been there, or where a step fails; nothing is changed then.
 */
export async function migrate(
  database: Kysely<Tables>,
  where: string,
  steps: Readonly<Record<string, Migration>> = migrations,
): Promise<void> {
  await sql`create schema if not exists ${sql.id(tableSchema)}`.execute(database);
  const unknown = (await takenSteps(database)).filter((name) => !Object.hasOwn(steps, name));
  if (unknown.length > 0) {
    throw new AtelierError(
      "file",
      said`database ${where}: expected tables that this version of Atelier knows, got those of a newer one (${unknown.join(", ")}). Update Atelier here, or name another database or library.`,
      { context: { where, unknown } },
    );
  }
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: async () => ({ ...steps }) },
    migrationTableSchema: tableSchema,
    migrationTableName: migrationTable,
    migrationLockTableName: `${migrationTable}_lock`,
  });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const reason = messageOf(error);
  throw new AtelierError(
    "file",
    said`database ${where}: expected its tables to be brought to this version of Atelier, got ${reason}. Nothing was changed; check the rights of its user, and try again.`,
    { cause: error, context: { where } },
  );
}

/** Names of the steps that a database has taken; none where it has no tables. */
async function takenSteps(database: Kysely<Tables>): Promise<string[]> {
  const table = `${tableSchema}.${migrationTable}`;
  const found = await sql<{
    name: string | null;
  }>`select to_regclass(${table})::text as name`.execute(database);
  if (found.rows[0]?.name == null) return [];
  const taken = await sql<{ name: string }>`select name from ${sql.table(table)}`.execute(database);
  return taken.rows.map(({ name }) => name);
}
