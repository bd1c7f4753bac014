/** @file A worker that sees nothing of the library: what it needs and what it makes goes through a storage. */

import { existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { said } from "@atelier/engine";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GivenJobRequest, Job, JobState } from "../api/index.js";
import type { Database } from "../database/database.js";
import { openDatabase } from "../database/open-database.js";
import { type Jobs, openJobs } from "../jobs/jobs.js";
import { rowsWithFiles } from "../jobs/stored-files.js";
import { type Library, openLibrary } from "../library/open-library.js";
import type { ArtifactStore } from "../storage/artifact-store.js";
import { openStorage } from "../storage/open-storage.js";
import { storageAway } from "../storage/storage-error.js";
import { addJob, jobUntil } from "../testing/job-until.js";
import { program } from "../testing/test-library.js";
import { filesInLibrary } from "./attempt-files.js";
import { createExchange, type Exchange } from "./exchange.js";
import { filesAlsoElsewhere, filesFromElsewhere } from "./sent-files.js";
import { serveFiles } from "./serve-files.js";
import { type RunningWorker, startWorker } from "./start-worker.js";

const nothing = { params: undefined, query: undefined, body: undefined };

let root: string;
let library: Library;
let far: Library;
let database: Database;
let jobs: Jobs;
let exchange: Exchange;
let serving: AsyncDisposable;
let worker: RunningWorker;

async function startFar(): Promise<RunningWorker> {
  const real = await openStorage({ place: join(root, "storage") });
  const store: ArtifactStore = {
    ...real,
    async get(hash) {
      if (!faults.isAwayOnce) return real.get(hash);
      faults.isAwayOnce = false;
      throw storageAway(said`storage: away`, undefined);
    },
  };
  return startWorker({
    ...{ context: jobs.context, library: far.folder, origins: far.origins, program },
    ...{ version: "0", isAlone: true, name: "far" },
    files: filesFromElsewhere(jobs.context, createExchange(far.folder, store)),
  });
}

/** The Studio's own worker. */
const startNear = (): Promise<RunningWorker> => {
  const here = filesInLibrary(jobs.context, { ...library, library: library.folder });
  return startWorker({
    ...{ context: jobs.context, library: library.folder, origins: library.origins, program },
    ...{ version: "0", isAlone: true, name: "near" },
    files: filesAlsoElsewhere(jobs.context, exchange, here),
  });
};

/** What goes wrong on purpose. */
const faults = { losesFiles: false, breaksOffOnceAfterPlacing: false, isAwayOnce: false };

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "atelier-sent-"));
  library = await openLibrary(join(root, "library"));
  far = await openLibrary(join(root, "far"));
  mkdirSync(join(root, "storage"));
  const real = await openStorage({ place: join(root, "storage") });
  const store: ArtifactStore = {
    ...real,
    get: async (hash) => (faults.losesFiles ? undefined : real.get(hash)),
  };
  database = await openDatabase({ folder: join(root, "database") });
  jobs = await openJobs(database, { library: library.folder });
  const { items, origins } = library;
  const place: typeof items.place = async (...given) => {
    const name = await items.place(...given);
    if (!faults.breaksOffOnceAfterPlacing) return name;
    faults.breaksOffOnceAfterPlacing = false;
    throw new Error("the process ends here");
  };
  exchange = createExchange(library.folder, store);
  serving = serveFiles(jobs.context, {
    ...{ library: library.folder, items: { place }, origins, exchange, onError: () => {} },
  });
  worker = await startFar();
  await library.datasets.create({ ...nothing, body: { name: "robot" } });
  const folder = join(library.folder.folderOf("datasets"), "robot");
  for (const [index, color] of ["red", "green", "blue"].entries()) {
    const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: color } });
    await picture.png().toFile(join(folder, `${index}.png`));
  }
});

afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await serving[Symbol.asyncDispose]();
  await jobs[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await library.close();
  await far.close();
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
});

const add = (request: GivenJobRequest): Promise<Job> => addJob(jobs, request);

const untilIn = (id: string, state: JobState): Promise<Job> => jobUntil(jobs, id, state);

const training = (steps: number): GivenJobRequest => ({
  kind: "train",
  datasets: ["robot"],
  config: {
    ...{ steps, batchSize: 1, data: { prompt: "a robot" }, lora: { rank: 2 } },
    ...{ samples: { everySteps: 2 }, saveEverySteps: 2, device: { threads: 1 } },
  },
});

const typesOf = async (id: string, attempt?: number): Promise<string[]> => {
  const { events } = await jobs.log(id, { limit: 1_000 });
  return events
    .filter((each) => attempt === undefined || each.attempt === attempt)
    .map(({ event }) => event.type);
};

const runsOf = (of: Library): string => of.folder.folderOf("runs");
const items = async (): Promise<string[]> =>
  (await library.items.list({ ...nothing, query: {} })).map(({ name }) => name);

describe("a worker elsewhere", () => {
  it("fetches a data set, as it is when the job begins, and answers", async () => {
    const { id } = await add({ kind: "check", dataset: "robot", prompt: "a robot" });
    expect((await untilIn(id, "done")).outcome?.result).toMatchObject({ pictures: 3 });
    await rm(join(library.folder.folderOf("datasets"), "robot", "2.png"));
    const { id: again } = await add({ kind: "check", dataset: "robot", prompt: "a robot" });
    expect((await untilIn(again, "done")).outcome?.result).toMatchObject({ pictures: 2 });
    expect(readdirSync(join(far.folder.folderOf("datasets"), "robot")).sort()).toEqual([
      "0.png",
      "1.png",
    ]);
  });

  it("draws, and the pictures hang in the library with their places", async () => {
    const { id } = await add({
      ...{ kind: "draw", prompt: "a red robot", steps: 1, seed: 5, count: 1 },
      x: { setting: "guidance", values: [1, 2] },
    });
    const { outcome } = await untilIn(id, "done");
    expect(outcome?.drawings).toHaveLength(2);
    const query = { limit: 10, job: id };
    const { drawings } = await library.drawings.drawings({ ...nothing, query });
    expect(drawings.map(({ x }) => x).sort()).toEqual(["1", "2"]);
    expect(readdirSync(far.folder.folderOf("drawings"))).toEqual([]);
  });

  it("trains: run, samples and adapter are the library's, once, also where publishing broke off", async () => {
    faults.breaksOffOnceAfterPlacing = true;
    const { id, run = "" } = await add(training(4));
    const { outcome, attempt } = await untilIn(id, "done");
    expect([attempt, faults.breaksOffOnceAfterPlacing]).toEqual([1, false]);
    expect(outcome).toMatchObject({ items: ["robot.safetensors"], report: true });
    expect(await items()).toEqual(["robot.safetensors"]);
    const params = { run };
    expect(await library.runs.get({ ...nothing, params })).toMatchObject({
      ...{ job: id, state: "done", step: 4 },
      config: { data: { folder: join(library.folder.folderOf("datasets"), "robot") } },
    });
    const [sample] = await library.runs.samples({ ...nothing, params });
    expect(existsSync(join(runsOf(library), run, sample?.file ?? "none"))).toBe(true);
    expect(existsSync(join(runsOf(far), run))).toBe(false);
    await expect.poll(() => rowsWithFiles(jobs.context)).toEqual([]);
    const { id: read } = await add({ kind: "inspect", name: "robot.safetensors" });
    expect((await untilIn(read, "done")).outcome?.result).toMatchObject({ kind: "adapter" });
  });

  it("stops a training, which the library shows, and goes on with it from what the library has", async () => {
    const { id, run = "" } = await add(training(100_000));
    const isStepping = (attempt: number) =>
      expect.poll(() => typesOf(id, attempt), { timeout: 120_000 }).toContain("step");
    await isStepping(1);
    // While it trains, its run is there to look at.
    const shown = () => existsSync(join(runsOf(library), run, "checkpoints"));
    await expect.poll(shown, { timeout: 60_000 }).toBe(true);
    await jobs.stop(id);
    await untilIn(id, "stopped");
    await expect.poll(() => rowsWithFiles(jobs.context)).toEqual([]);
    const stopped = await library.runs.get({ ...nothing, params: { run } });
    expect(stopped).toMatchObject({ state: "stopped", job: id });
    // Another machine has nothing of it.
    await rm(join(runsOf(far), run), { recursive: true });
    await jobs.retry(id);
    await isStepping(2);
    const { events } = await jobs.log(id, { limit: 1_000 });
    const resumed = events.find(({ event }) => event.type === "resumed");
    expect(resumed?.event["step"]).toBe(stopped.step);
    await jobs.cancel(id);
    await expect.poll(() => rowsWithFiles(jobs.context)).toEqual([]);
    expect(await items()).toEqual(["robot.safetensors"]);
  });

  it("waits for a storage that is away, and says so", async () => {
    renameSync(join(root, "storage"), join(root, "away"));
    const { id } = await add({ kind: "check", dataset: "robot", prompt: "a robot" });
    await expect
      .poll(async () => (await jobs.get(id)).problem?.message, { timeout: 60_000 })
      .toContain("expected a folder that can be read and written, got ENOENT");
    faults.isAwayOnce = true;
    renameSync(join(root, "away"), join(root, "storage"));
    expect((await untilIn(id, "done")).problem).toBeUndefined();
    expect(faults.isAwayOnce).toBe(false);
  });

  it("fails where files are lost on their way, and does not when it is tried again", async () => {
    faults.losesFiles = true;
    const { id } = await add({ kind: "draw", prompt: "a robot", steps: 1, seed: 5, count: 1 });
    const { problem } = await untilIn(id, "failed");
    expect(problem?.message).toContain("expected all files that this job needs");
    faults.losesFiles = false;
    await jobs.retry(id);
    expect((await untilIn(id, "done")).outcome?.drawings).toHaveLength(1);
  });

  it("fails where what it is to work with is gone by then, with the library's words", async () => {
    await worker[Symbol.asyncDispose]();
    await library.datasets.create({ ...nothing, body: { name: "passing" } });
    const { id } = await add({ kind: "check", dataset: "passing", prompt: "x" });
    await rm(join(library.folder.folderOf("datasets"), "passing"), { recursive: true });
    worker = await startFar();
    const { problem } = await untilIn(id, "failed");
    expect(problem?.message).toContain("data set passing: expected one of the library");
  });

  it("goes on with what the Studio's own worker began, and that one with its", async () => {
    await worker[Symbol.asyncDispose]();
    worker = await startNear();
    const { id, run = "" } = await add(training(100_000));
    const stepOf = async (attempt: number, type: string) => {
      const { events } = await jobs.log(id, { limit: 1_000 });
      return events.findLast((each) => each.attempt === attempt && each.event.type === type)?.event[
        "step"
      ];
    };
    const isStepping = (attempt: number) =>
      expect.poll(() => typesOf(id, attempt), { timeout: 120_000 }).toContain("step");
    await isStepping(1);
    await worker[Symbol.asyncDispose]();
    worker = await startFar();
    await isStepping(2);
    expect(await stepOf(2, "resumed")).toBe(await stepOf(1, "stopped"));
    await worker[Symbol.asyncDispose]();
    worker = await startNear();
    await isStepping(3);
    expect(await stepOf(3, "resumed")).toBe(await stepOf(2, "stopped"));
    await jobs.cancel(id);
    await expect.poll(() => rowsWithFiles(jobs.context), { timeout: 30_000 }).toEqual([]);
    // What was sent last is older than what is here, and has not replaced it.
    const { step } = await library.runs.get({ ...nothing, params: { run } });
    expect(step).toBeGreaterThan(Number(await stepOf(3, "resumed")));
  });
});
