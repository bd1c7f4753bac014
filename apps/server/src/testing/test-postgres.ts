/**
 * @file PostgreSQL for tests: a fresh database on the server of `ATELIER_TEST_POSTGRES`, else on a server of our own in
 * a temporary folder where PostgreSQL is installed, else none.
 */

import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";

/** An empty database. */
export interface TestPostgres extends AsyncDisposable {
  readonly url: string;
  /** The user in the URL. */
  readonly role: string;
}

/** An empty database; nothing where there is no PostgreSQL. */
export async function startPostgres(): Promise<TestPostgres | undefined> {
  const given = process.env["ATELIER_TEST_POSTGRES"];
  if (given !== undefined && given !== "") return freshDatabase(given, () => {});
  const programs = findPrograms();
  if (programs === undefined) {
    console.warn("skipped: no PostgreSQL here (set ATELIER_TEST_POSTGRES, or install postgresql)");
    return undefined;
  }
  const { url, stop } = await startServer(programs);
  return freshDatabase(url, stop);
}

/** The folder with `initdb` and `postgres`. */
function findPrograms(): string | undefined {
  const installed = "/usr/lib/postgresql";
  const versions = existsSync(installed) ? readdirSync(installed).sort().reverse() : [];
  return versions
    .map((version) => join(installed, version, "bin"))
    .find((folder) => existsSync(join(folder, "initdb")));
}

/** PostgreSQL refuses to run as root: it runs as its own user then. */
function unprivileged(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

async function startServer(programs: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "atelier-postgres-"));
  const user = unprivileged();
  const password = randomUUID();
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, password);
  for (const path of [folder, passwordFile]) {
    if (user.uid !== undefined && user.gid !== undefined) chownSync(path, user.uid, user.gid);
  }
  const data = join(folder, "data");
  const options = ["--username=atelier", "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  execFileSync(join(programs, "initdb"), ["-D", data, "-E", "UTF8", ...options], {
    ...user,
    stdio: "ignore",
  });
  const port = await freePort();
  const settings = [`port=${port}`, "listen_addresses=127.0.0.1", "max_connections=300"];
  const server = spawn(
    join(programs, "postgres"),
    [
      "-D",
      data,
      ...[...settings, `unix_socket_directories=${folder}`].flatMap((one) => ["-c", one]),
    ],
    { ...user, stdio: "ignore" },
  );
  const ended = new Promise<void>((resolve) => server.on("close", () => resolve()));
  const url = `postgres://atelier:${password}@127.0.0.1:${port}/postgres`;
  await waitFor(url);
  return {
    url,
    async stop() {
      server.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freshDatabase(url: string, stop: () => unknown): Promise<TestPostgres> {
  const name = `atelier_${randomUUID().replaceAll("-", "")}`;
  await query(url, `create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return {
    url: own.href,
    role: decodeURIComponent(own.username),
    async [Symbol.asyncDispose]() {
      await query(url, `drop database ${name} with (force)`);
      await stop();
    },
  };
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

async function waitFor(url: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await query(url, "select 1");
      return;
    } catch (error) {
      if (tries > 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
