/**
 * @file Two workers in processes of their own share a queue on PostgreSQL. One is killed in the midst of a training: the
 * other goes on from its snapshot, and there is one result.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Job, jobRequest } from "../api/index.js";
import type { Database } from "../database/database.js";
import { openDatabase } from "../database/open-database.js";
import { type Jobs, openJobs } from "../jobs/jobs.js";
import { type Library, openLibrary } from "../library/open-library.js";
import { program } from "../testing/test-library.js";
import { startPostgres, type TestPostgres } from "../testing/test-postgres.js";
import { isRunning } from "./machine.js";

const nothing = { params: undefined, query: undefined, body: undefined };

let root: string;
let library: Library;
let postgres: TestPostgres | undefined;
let database: Database | undefined;
let jobs: Jobs | undefined;
const workers = new Map<string, ChildProcess>();

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "atelier-workers-"));
  library = await openLibrary(root);
  postgres = await startPostgres();
  if (postgres === undefined) return;
  database = await openDatabase(postgres);
  const timing = { heartbeatSeconds: 10, superviseSeconds: 1, roundSeconds: 1 };
  jobs = await openJobs(database, { library: library.folder, ...timing });
  await library.datasets.create({ ...nothing, body: { name: "robot" } });
  const folder = join(library.folder.folderOf("datasets"), "robot");
  for (const [index, color] of ["red", "green"].entries()) {
    const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: color } });
    await picture.png().toFile(join(folder, `${index}.png`));
  }
});

afterAll(async () => {
  for (const child of workers.values()) await end(child, "SIGTERM");
  await jobs?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
  await library.close();
  await postgres?.[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
});

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

function startOne(name: string, url: string): void {
  const options = ["--database", url, "--library", root, "--name", name, "--lanes", "heavy"];
  const child = spawn(process.execPath, [program, "worker", ...options], { stdio: "inherit" });
  workers.set(name, child);
}

it("go on where the other was killed, and publish once", async ({ skip }) => {
  if (jobs === undefined || postgres === undefined) return skip("PostgreSQL is not installed");
  const queue = jobs;
  for (const name of ["one", "two"]) startOne(name, postgres.url);
  const config = {
    ...{ steps: 60, batchSize: 1, data: { prompt: "a robot" }, lora: { rank: 2 } },
    ...{ samples: { everySteps: 0 }, saveEverySteps: 5, device: { threads: 1 } },
  };
  const request = jobRequest.parse({ kind: "train", datasets: ["robot"], config });
  const { id, run = "" } = await queue.create({ request, priority: 0, after: [] });
  const events = async () => (await queue.log(id, { limit: 1_000 })).events;
  const hasSaved = async () => (await events()).some(({ event }) => event.type === "snapshot");
  await expect.poll(hasSaved, { timeout: 120_000, interval: 100 }).toBe(true);

  const { worker = "" } = await queue.get(id);
  const lock = join(library.folder.folderOf("runs"), run, "run.lock");
  const { pid } = JSON.parse(await readFile(lock, "utf8")) as { pid: number };
  const killed = workers.get(worker);
  expect(killed).toBeDefined();
  if (killed !== undefined) await end(killed, "SIGKILL");
  // What it had started ends with it.
  await expect.poll(() => isRunning(pid), { timeout: 30_000 }).toBe(false);

  let job: Job = await queue.get(id);
  await expect
    .poll(
      async () => {
        job = await queue.get(id);
        return job.state;
      },
      { timeout: 180_000, interval: 500 },
    )
    .toBe("done");
  expect(job).toMatchObject({ attempt: 2, outcome: { items: ["robot.safetensors"] } });
  expect(job.worker).not.toBe(worker);
  const second = (await events()).filter(({ attempt }) => attempt === 2);
  const resumed = second.find(({ event }) => event.type === "resumed");
  expect(resumed?.event["step"]).toBeGreaterThanOrEqual(5);
  const items = await library.items.list({ ...nothing, query: {} });
  expect(items.map(({ name }) => name)).toEqual(["robot.safetensors"]);
});
