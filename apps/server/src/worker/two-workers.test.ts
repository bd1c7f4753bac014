/**
 * @file Two workers in processes of their own share a queue on PostgreSQL, and the library or a storage. One is killed in
 * the midst of a training: the other goes on from its snapshot, and there is one result.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Job, jobRequest } from "../api/index.js";
import { openDatabase } from "../database/open-database.js";
import { type Jobs, openJobs } from "../jobs/jobs.js";
import { type Library, openLibrary } from "../library/open-library.js";
import { openStorage } from "../storage/open-storage.js";
import { type FakeS3, startFakeS3 } from "../testing/fake-s3.js";
import { program } from "../testing/test-library.js";
import { startPostgres, type TestPostgres } from "../testing/test-postgres.js";
import { createExchange } from "./exchange.js";
import { isRunning } from "./machine.js";
import { serveFiles } from "./serve-files.js";

const nothing = { params: undefined, query: undefined, body: undefined };

/** What workers have in common beside the queue. */
type Common = "the library" | "a storage";

let root: string;
let postgres: TestPostgres | undefined;
let s3: FakeS3;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "atelier-workers-"));
  postgres = await startPostgres();
  s3 = await startFakeS3();
  for (const [name, value] of Object.entries(s3.env)) vi.stubEnv(name, value);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await s3[Symbol.asyncDispose]();
  await postgres?.[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
});

/** A queue, its library, and workers by name with the folders of theirs. */
interface Shop extends AsyncDisposable {
  readonly queue: Jobs;
  readonly library: Library;
  readonly workers: ReadonlyMap<string, { readonly child: ChildProcess; readonly root: string }>;
}

async function openShop(common: Common, url: string): Promise<Shop> {
  const opened: AsyncDisposable[] = [];
  const library = await openLibrary(join(root, common));
  const database = await openDatabase({ url });
  const timing = { heartbeatSeconds: 10, superviseSeconds: 1, roundSeconds: 1 };
  const queue = await openJobs(database, { library: library.folder, ...timing });
  opened.push(database, queue);
  const storage = common === "the library" ? undefined : "s3://atelier/of/workers";
  if (storage !== undefined) {
    const store = await openStorage({ place: storage, endpoint: s3.endpoint });
    const deps = { library: library.folder, items: library.items, origins: library.origins };
    const exchange = createExchange(library.folder, store);
    opened.push(serveFiles(queue.context, { ...deps, exchange, onError: console.error }));
  }
  await library.datasets.create({ ...nothing, body: { name: "robot" } });
  const folder = join(library.folder.folderOf("datasets"), "robot");
  for (const [index, color] of ["red", "green"].entries()) {
    const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: color } });
    await picture.png().toFile(join(folder, `${index}.png`));
  }
  const workers = new Map(
    ["one", "two"].map((name) => {
      const own = storage === undefined ? library.folder.root : join(root, name);
      const through =
        storage === undefined ? [] : ["--storage", storage, "--storage-endpoint", s3.endpoint];
      const options = ["--database", url, "--library", own, "--name", name, "--lanes", "heavy"];
      const argv = [program, "worker", ...options, ...through];
      const child = spawn(process.execPath, argv, { stdio: "inherit" });
      opened.push({ [Symbol.asyncDispose]: () => end(child, "SIGTERM") });
      return [name, { child, root: own }];
    }),
  );
  return {
    ...{ queue, library, workers },
    async [Symbol.asyncDispose]() {
      for (const each of opened.reverse()) await each[Symbol.asyncDispose]();
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

describe.each<Common>(["the library", "a storage"])("two workers with %s in common", (common) => {
  it("go on where the other was killed, and publish once", async ({ skip }) => {
    if (postgres === undefined) return skip("PostgreSQL is not installed");
    await using shop = await openShop(common, postgres.url);
    const { queue, library, workers } = shop;
    const config = {
      ...{ steps: 60, batchSize: 1, data: { prompt: "a robot" }, lora: { rank: 2 } },
      ...{ samples: { everySteps: 0 }, saveEverySteps: 5, device: { threads: 1 } },
    };
    const request = jobRequest.parse({ kind: "train", datasets: ["robot"], config });
    const { id, run = "" } = await queue.create({ request, priority: 0, after: [] });
    const events = async () => (await queue.log(id, { limit: 1_000 })).events;
    const snapshots = join(library.folder.folderOf("runs"), run, "checkpoints");
    // Where the library has one, any worker can go on with it.
    const hasSaved = async () =>
      (await events()).some(({ event }) => event.type === "snapshot") && existsSync(snapshots);
    await expect.poll(hasSaved, { timeout: 120_000, interval: 100 }).toBe(true);

    const { worker = "" } = await queue.get(id);
    const killed = workers.get(worker);
    expect(killed).toBeDefined();
    if (killed === undefined) return;
    const lock = join(killed.root, "runs", run, "run.lock");
    const { pid } = JSON.parse(await readFile(lock, "utf8")) as { pid: number };
    await end(killed.child, "SIGKILL");
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
    expect(await library.runs.get({ ...nothing, params: { run } })).toMatchObject({
      ...{ state: "done", step: 60, job: id },
    });
  });
});
