/** @file The database on its own: its lock, its tables, what it tells, and what is said where it cannot be opened. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Change } from "../api/index.js";
import { startPostgres, type TestPostgres } from "../testing/test-postgres.js";
import type { Database, DatabasePlace } from "./database.js";
import { openDatabase } from "./open-database.js";

const job = {
  id: "00000000-0000-4000-8000-000000000001",
  kind: "doctor",
  title: "Doctor",
  request: JSON.stringify({ kind: "doctor" }),
  lane: "light",
  backend: "cpu",
  memory: 1,
  queue: "light.cpu.1",
  priority: 0,
  state: "waiting",
  after: [],
} as const;

const insertJob = ({ tables }: Database) =>
  tables
    .insertInto("job")
    .values({ ...job, after: [...job.after] })
    .execute();

let root: string;
let postgres: TestPostgres | undefined;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "atelier-database-"));
  postgres = await startPostgres();
});

afterAll(async () => {
  await postgres?.[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

describe.each(["embedded", "postgresql"] as const)("the database, %s", (kind) => {
  const place = (): DatabasePlace | undefined =>
    kind === "embedded" ? { folder: join(root, "library", "database") } : postgres;

  it("keeps rows over being closed, with numbers as numbers and times as times", async (test) => {
    const at = place() ?? test.skip("PostgreSQL is not installed");
    const first = await openDatabase(at);
    await insertJob(first);
    await first[Symbol.asyncDispose]();
    await using database = await openDatabase(at);
    const rows = await database.tables.selectFrom("job").selectAll().execute();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ ...job, request: { kind: "doctor" }, number: 1 });
    expect(rows[0]?.created).toBeInstanceOf(Date);
    const counted = await database.tables
      .selectFrom("job")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    expect(counted.count).toBe(1);
    expect(database.kind).toBe(kind);
  });

  it("rolls a transaction back without what others have written meanwhile", async (test) => {
    await using database = await openDatabase(place() ?? test.skip("PostgreSQL is not installed"));
    const { tables } = database;
    await sql`create table if not exists beside (value int)`.execute(tables);
    let inside = (): void => {};
    const begun = new Promise<void>((resolve) => {
      inside = resolve;
    });
    const failing = tables.transaction().execute(async (transaction) => {
      await transaction.updateTable("job").set({ title: "lost" }).execute();
      inside();
      await new Promise((resolve) => setTimeout(resolve, 50));
      throw new Error("no");
    });
    await begun;
    const beside = sql`insert into beside values (1)`.execute(tables);
    await expect(failing).rejects.toThrow("no");
    await beside;
    const { title } = await tables.selectFrom("job").select("title").executeTakeFirstOrThrow();
    expect(title).toBe("Doctor");
    expect((await sql`select value from beside`.execute(tables)).rows).toEqual([{ value: 1 }]);
  });

  it("tells its readers of changes until they leave", async (test) => {
    await using database = await openDatabase(place() ?? test.skip("PostgreSQL is not installed"));
    const heard: Change[] = [];
    const leave = database.hear((change) => heard.push(change));
    await database.tell({ kind: "job", name: job.id });
    await expect.poll(() => heard).toEqual([{ kind: "job", name: job.id }]);
    leave();
    await database.tell({ kind: "job", name: "another" });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(heard).toHaveLength(1);
  });

  it("refuses tables of a newer version and leaves them alone", async (test) => {
    const at = place() ?? test.skip("PostgreSQL is not installed");
    const database = await openDatabase(at);
    const newer = "insert into atelier.migration values ('9999-newer', '2030-01-01T00:00:00Z')";
    await sql.raw(newer).execute(database.tables);
    await database[Symbol.asyncDispose]();
    await expect(openDatabase(at)).rejects.toMatchObject({
      code: "file",
      message: expect.stringMatching(/got those of a newer one \(9999-newer\)\. Update Atelier/),
    });
  });
});

describe("the embedded database", () => {
  it("refuses a second process and says who has it", async () => {
    const folder = join(root, "locked");
    await using _database = await openDatabase({ folder });
    await expect(openDatabase({ folder })).rejects.toMatchObject({
      code: "file",
      message: expect.stringMatching(
        new RegExp(`got one that process ${process.pid} on ${hostname()} has had since \\d{4}-`),
      ),
      context: { pid: process.pid, host: hostname() },
    });
  });

  it("takes over the lock of a process that is gone, also where its number is ours by now", async () => {
    const folder = join(root, "stale");
    await (await openDatabase({ folder }))[Symbol.asyncDispose]();
    for (const pid of [2 ** 30, process.pid]) {
      await writeFile(join(folder, "run.lock"), JSON.stringify({ pid, host: hostname() }));
      await using _database = await openDatabase({ folder });
      expect(JSON.parse(await readFile(join(folder, "run.lock"), "utf8"))).toMatchObject({
        pid: process.pid,
      });
    }
  });

  it("opens again after its process was killed while it wrote, with all that was said to be written", async () => {
    const folder = join(root, "killed");
    const program = fileURLToPath(
      new URL("../../dist/testing/write-until-killed.js", import.meta.url),
    );
    const child = spawn(process.execPath, [program, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let written = 0;
    for await (const chunk of child.stdout.setEncoding("utf8")) {
      written = Number(String(chunk).trim().split("\n").at(-1));
      if (written >= 30) break;
    }
    const gone = once(child, "close");
    child.kill("SIGKILL");
    await gone;
    await using database = await openDatabase({ folder });
    const { count } = await database.tables
      .selectFrom("job")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    expect(count).toBeGreaterThanOrEqual(written);
  });
});

describe("a database that cannot be reached", () => {
  it.each([
    ["postgres://atelier:secret@127.0.0.1:1/none", "network", "expected to reach it"],
    ["mysql://127.0.0.1/none", "config", "--database: expected an address such as postgres://"],
    ["none", "config", "--database: expected an address such as postgres://"],
  ])("%s", async (url, code, message) => {
    const error: unknown = await openDatabase({ url }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(String(error)).not.toContain("secret");
  });

  it("is told from one that refuses the password, and from one without such a database", async (test) => {
    const { url, role } = postgres ?? test.skip("PostgreSQL is not installed");
    const wrong = new URL(url);
    [wrong.username, wrong.password] = [role, "wrong"];
    await expect(openDatabase({ url: wrong.href })).rejects.toThrow(
      "expected its user and password, got ones that it refuses",
    );
    const other = new URL(url);
    other.pathname = "/other";
    await expect(openDatabase({ url: other.href })).rejects.toThrow(
      "expected a database of this name, got none. Make it with createdb",
    );
  });
});
