/** @file A worker with the real command line on the embedded base: drawing, training, stopping, going on, cancelling. */

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GivenJobRequest, Job, JobState } from "../api/index.js";
import { jobRequest } from "../api/index.js";
import type { Database } from "../database/database.js";
import { openDatabase } from "../database/open-database.js";
import { type Jobs, openJobs } from "../jobs/jobs.js";
import { type Library, openLibrary } from "../library/open-library.js";
import { addJob, jobUntil } from "../testing/job-until.js";
import { program } from "../testing/test-library.js";
import { filesInLibrary } from "./attempt-files.js";
import { createForecaster } from "./forecast.js";
import { isRunning } from "./machine.js";
import { type RunningWorker, startWorker } from "./start-worker.js";

/** What calls of routes have beside what they are about. */
const nothing = { params: undefined, query: undefined, body: undefined };

let root: string;
let library: Library;
let database: Database;
let jobs: Jobs;
let worker: RunningWorker;

const start = () =>
  startWorker({
    ...{ context: jobs.context, library: library.folder, program, version: "0" },
    ...{ origins: library.origins, isAlone: true, name: "here" },
    files: filesInLibrary(jobs.context, { ...library, library: library.folder }),
  });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "atelier-worker-"));
  library = await openLibrary(join(root, "library"));
  database = await openDatabase({ folder: join(root, "library", "database") });
  jobs = await openJobs(database, { library: library.folder });
  worker = await start();
  const folder = join(library.folder.folderOf("datasets"), "robot");
  await library.datasets.create({ ...nothing, body: { name: "robot" } });
  for (const [index, color] of ["red", "green", "blue"].entries()) {
    const picture = sharp({ create: { width: 128, height: 128, channels: 3, background: color } });
    await picture.png().toFile(join(folder, `${index}.png`));
  }
});

afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await jobs[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await library.close();
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
});

const add = (request: GivenJobRequest): Promise<Job> => addJob(jobs, request);

const untilIn = (id: string, state: JobState): Promise<Job> => jobUntil(jobs, id, state);

const typesOf = async (id: string, attempt?: number): Promise<string[]> => {
  const { events } = await jobs.log(id, { limit: 1_000 });
  return events
    .filter((each) => attempt === undefined || each.attempt === attempt)
    .map(({ event }) => event.type);
};

const training = (steps: number): GivenJobRequest => ({
  kind: "train",
  datasets: ["robot"],
  config: {
    ...{ steps, batchSize: 1, data: { prompt: "a robot" }, lora: { rank: 2 } },
    ...{ samples: { everySteps: 0 }, saveEverySteps: 2, device: { threads: 1 } },
  },
});

describe("a worker", () => {
  it("draws a grid and hangs the pictures with their places", async () => {
    const { id } = await add({
      ...{ kind: "draw", prompt: "a red robot", steps: 1, seed: 5, count: 1 },
      x: { setting: "guidance", values: [1, 2] },
    });
    const { outcome, attempt } = await untilIn(id, "done");
    expect(attempt).toBe(1);
    expect(outcome?.drawings).toEqual([
      expect.stringMatching(new RegExp(`^\\d{8}-\\d{6}-${id.slice(0, 8)}-001\\.png$`)),
      expect.stringMatching(/-002\.png$/),
    ]);
    const drawn = await library.drawings.drawings({ ...nothing, query: { limit: 10, job: id } });
    expect(drawn.drawings.map(({ job, x, settings }) => [job, x, settings.seed])).toEqual(
      expect.arrayContaining([
        [id, "1", 5],
        [id, "2", 5],
      ]),
    );
    // Which is tidied up once the job is done.
    await expect.poll(() => readdir(join(library.folder.root, "jobs", id))).toEqual([]);
  });

  it("answers what a check finds", async () => {
    const { id } = await add({ kind: "check", dataset: "robot", prompt: "a robot" });
    const { outcome } = await untilIn(id, "done");
    expect(outcome?.result).toMatchObject({ pictures: 3, findings: expect.any(Array) });
  });

  it("says why a command failed, with its sentence", async () => {
    await library.datasets.create({ ...nothing, body: { name: "empty" } });
    const config = { data: { prompt: "x" } };
    const { id } = await add({ kind: "train", datasets: ["empty"], config });
    const { problem } = await untilIn(id, "failed");
    expect(problem?.code).toBe("data");
    expect(problem?.sentence?.template).toContain("{0}");
    expect(problem?.message).toContain("empty");
  });

  it("trains, and puts the adapter into the library beside its run", async () => {
    const { id, run = "" } = await add(training(3));
    const { outcome } = await untilIn(id, "done");
    expect(outcome).toMatchObject({ items: ["robot.safetensors"], report: true });
    expect((await library.runs.get({ ...nothing, params: { run } })).job).toBe(id);
    const item = await library.items.get({
      ...nothing,
      params: { name: "robot.safetensors" },
    });
    expect(item).toMatchObject({ kind: "adapter", run, rank: 2 });
    const types = await typesOf(id);
    expect(types.filter((type) => type === "step")).toHaveLength(3);
    expect([types.includes("plan"), types.at(-1)]).toEqual([true, "done"]);
    const { id: again } = await add(training(1));
    expect((await untilIn(again, "done")).outcome?.items).toEqual(["robot-2.safetensors"]);
    const { id: read } = await add({ kind: "inspect", name: "robot.safetensors" });
    expect((await untilIn(read, "done")).outcome?.result).toMatchObject({ kind: "adapter" });
  });

  it("stops a training, goes on with it, survives its own end, and cancels", async () => {
    const { id, run = "" } = await add(training(100_000));
    const isStepping = (attempt: number) =>
      expect.poll(() => typesOf(id, attempt), { timeout: 120_000 }).toContain("step");
    await isStepping(1);
    expect((await jobs.get(id)).progress).toMatchObject({ stage: expect.any(String) });
    await jobs.stop(id);
    expect((await untilIn(id, "stopped")).outcome).toBeUndefined();
    expect(await typesOf(id)).toContain("stopped");

    await jobs.retry(id);
    await isStepping(2);
    expect(await typesOf(id, 2)).toContain("resumed");

    // The worker ends: it saves and puts the job back, and the next one goes on.
    await worker[Symbol.asyncDispose]();
    expect((await jobs.get(id)).state).toBe("waiting");
    expect(await jobs.workers()).toEqual([]);
    worker = await start();
    await isStepping(3);
    expect(await typesOf(id, 3)).toContain("resumed");

    const lock = join(library.folder.folderOf("runs"), run, "run.lock");
    const { pid } = JSON.parse(await readFile(lock, "utf8")) as { pid: number };
    expect(isRunning(pid)).toBe(true);
    const before = Date.now();
    expect((await jobs.cancel(id)).state).toBe("cancelled");
    await expect.poll(() => isRunning(pid), { timeout: 15_000 }).toBe(false);
    expect(Date.now() - before).toBeLessThan(15_000);
    expect((await library.items.list({ ...nothing, query: {} })).map(({ name }) => name)).toEqual([
      "robot-2.safetensors",
      "robot.safetensors",
    ]);
    // Its lane is free again.
    await untilIn((await add({ kind: "doctor" })).id, "done");
  });

  it("finishes a training that runs, one that was stopped, and one whose worker ended on the way", async () => {
    const begin = async (): Promise<Job> => {
      const job = await add(training(100_000));
      await expect.poll(() => typesOf(job.id), { timeout: 120_000 }).toContain("snapshot");
      return job;
    };
    const named = async (id: string, item: string): Promise<void> => {
      const { outcome, wish } = await untilIn(id, "done");
      expect(outcome).toMatchObject({ items: [item], report: true });
      expect(wish).toBeUndefined();
      const { events } = await jobs.log(id, { limit: 1_000 });
      expect(events.at(-1)?.event).toMatchObject({
        type: "done",
        stop: { watcher: "request" },
        results: expect.arrayContaining([expect.objectContaining({ form: "kohya" })]),
      });
    };
    const running = await begin();
    expect(await jobs.finish(running.id)).toMatchObject({ state: "running", wish: "finish" });
    await named(running.id, "robot-3.safetensors");
    expect(await typesOf(running.id, 1)).toEqual(expect.arrayContaining(["stopped", "resumed"]));
    const run = await library.runs.get({ ...nothing, params: { run: running.run ?? "" } });
    expect(run).toMatchObject({ state: "done", job: running.id });
    expect(run.step).toBeLessThan(100_000);

    const stopped = await begin();
    await jobs.stop(stopped.id);
    await untilIn(stopped.id, "stopped");
    await jobs.finish(stopped.id);
    await named(stopped.id, "robot-4.safetensors");
    expect(await typesOf(stopped.id, 2)).not.toContain("step");

    const left = await begin();
    await jobs.finish(left.id);
    await worker[Symbol.asyncDispose]();
    expect(await jobs.get(left.id)).toMatchObject({ state: "waiting", wish: "finish" });
    worker = await start();
    await named(left.id, "robot-5.safetensors");
    expect(await typesOf(left.id, 2)).not.toContain("step");
  });

  it("stops a training that is to be finished before it has saved anything", async () => {
    const { id } = await add(training(100_000));
    await untilIn(id, "running");
    await jobs.finish(id);
    const { wish, outcome } = await untilIn(id, "stopped");
    expect([wish, outcome]).toEqual([undefined, undefined]);
    expect(await typesOf(id)).not.toContain("step");
  });

  it("forecasts a training without leaving anything behind", async () => {
    const { folder, runs } = library;
    const { memory } = jobs.context;
    const forecast = createForecaster({ library: folder, runs, memory, program });
    const found = await forecast(jobRequest.parse(training(7)));
    expect(found).toMatchObject({
      ...{ technique: "lora", steps: 7, picturesPerStep: 1, width: 64, height: 64, fits: true },
      config: { steps: 7, lora: { rank: 2 }, data: { prompt: "a robot" } },
    });
    expect(found.memoryBytes).toBeGreaterThan(1e8);
    expect(memory.of(jobRequest.parse(training(7)))).toBe(found.memoryBytes);
    // Trainings of the tests before were of the same kind.
    expect(found.seconds).toBeGreaterThan(0);
    const large = { ...training(7), config: { data: { prompt: "x", width: 128, height: 128 } } };
    expect(await forecast(jobRequest.parse(large))).not.toHaveProperty("seconds");
    expect(found.config).not.toHaveProperty("output");
    expect(found.warnings.every(({ message }) => message.length > 10)).toBe(true);
    // What it answers is a request again.
    const again = { ...training(7), config: found.config };
    expect((await forecast(jobRequest.parse(again))).memoryBytes).toBe(found.memoryBytes);
    await expect(forecast({ kind: "doctor" })).rejects.toThrow("expected a training or a tune");
    const uneven = { ...training(7), config: { data: { prompt: "x", width: 101 } } };
    await expect(forecast(jobRequest.parse(uneven))).rejects.toThrow("data.width");
    const left = await readdir(join(library.folder.root, "jobs"));
    expect(left.filter((name) => name.startsWith("forecast-"))).toEqual([]);
  });
});
