/** @file The queue on both databases: order, states, claims that hold for one attempt, and jobs that are lost. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { said } from "@atelier/engine";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Job, JobRequest } from "../api/index.js";
import type { Database } from "../database/database.js";
import { openDatabase } from "../database/open-database.js";
import { type TestLibrary, testLibrary } from "../testing/test-library.js";
import { startPostgres, type TestPostgres } from "../testing/test-postgres.js";
import {
  type Claim,
  type Fitting,
  keepAlive,
  takeNext,
  wishesFor,
  writeEvents,
  writeProgress,
} from "./claim.js";
import { failWith, finishJob, putBack, stopJob } from "./end-claim.js";
import { type Jobs, openJobs } from "./jobs.js";
import { recover } from "./recover.js";

const doctor: JobRequest = { kind: "doctor" };
const light: Fitting = { worker: "one", lane: "light", backends: ["cpu"], memory: undefined };
const nothing = async () => ({ items: [], drawings: [], report: false });

describe.each(["embedded", "postgresql"] as const)("the queue, %s", (kind) => {
  let folder: string;
  let postgres: TestPostgres | undefined;
  let database: Database | undefined;
  let queue: Jobs | undefined;
  let home: TestLibrary;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "atelier-queue-"));
    home = await testLibrary();
    if (kind === "postgresql") postgres = await startPostgres();
    const place = kind === "embedded" ? { folder } : postgres;
    if (place === undefined) return;
    database = await openDatabase(place);
    const { library } = home;
    queue = await openJobs(database, {
      library,
      heartbeatSeconds: 10,
      superviseSeconds: 1,
      roundSeconds: 600,
    });
  });

  afterAll(async () => {
    await queue?.[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
    await postgres?.[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  afterEach(async () => {
    for (const { id } of (await queue?.list({ limit: 1_000 }))?.jobs ?? []) await queue?.cancel(id);
  });

  const jobs = (skip: (reason: string) => never): Jobs =>
    queue ?? skip("PostgreSQL is not installed");
  const add = (to: Jobs, more: { priority?: number; after?: string[] } = {}): Promise<Job> =>
    to.create({ request: doctor, priority: 0, after: [], ...more });
  // The rounds of the queue can be handing over the very job, which is to be had a moment later then.
  const take = ({ context }: Jobs, fitting = light): Promise<Claim> =>
    vi.waitFor(async () => {
      const claim = await takeNext(context, fitting);
      if (claim === undefined) throw new Error("expected a job, got none");
      return claim;
    });

  it("gives the jobs in the order of priority, then of age, each once", async ({ skip }) => {
    const own = jobs(skip);
    const [old, late, urgent] = [await add(own), await add(own), await add(own, { priority: 5 })];
    const moved = await add(own);
    await own.change(moved.id, { priority: 9, title: "first" });
    const taken: string[] = [];
    for (let count = 0; count < 4; count += 1) taken.push((await take(own)).job);
    expect(taken).toEqual([moved.id, urgent.id, old.id, late.id]);
    expect(await takeNext(own.context, light)).toBeUndefined();
    expect(await own.get(moved.id)).toMatchObject({
      state: "running",
      title: "first",
      attempt: 1,
      worker: "one",
    });
  });

  it("gives a worker only what fits it", async ({ skip }) => {
    const own = jobs(skip);
    home.write("datasets/dog/1.png", "");
    const config = { maxMemory: 30, device: { backend: "cuda" }, data: { prompt: "x" } };
    const request: JobRequest = { kind: "train", base: "embedded", datasets: ["dog"], config };
    const { id, run } = await own.create({ request, priority: 0, after: [] });
    expect(run).toMatch(/^dog-\d{8}-\d{6}-[0-9a-f]{4}$/);
    const large: Fitting = { ...light, lane: "heavy", backends: ["cpu", "cuda"], memory: 32 };
    for (const unfit of [
      light,
      { ...large, memory: 16 },
      { ...large, backends: ["cpu"] },
    ] satisfies Fitting[]) {
      expect(await takeNext(own.context, unfit)).toBeUndefined();
    }
    expect((await take(own, large)).job).toBe(id);
  });

  it("asks for the machine that a forecast of the very same request has told of", async ({
    skip,
  }) => {
    const own = jobs(skip);
    home.write("datasets/dog/1.png", "");
    const request: JobRequest = {
      ...{ kind: "train", base: "embedded", datasets: ["dog"], config: { data: { prompt: "x" } } },
    };
    own.context.memory.tell(request, 20 * 2 ** 30);
    const { id } = await own.create({ request, priority: 0, after: [] });
    const heavy: Fitting = { ...light, lane: "heavy", memory: 16 };
    expect(await takeNext(own.context, heavy)).toBeUndefined();
    expect((await take(own, { ...heavy, memory: 32 })).job).toBe(id);
    const other = { ...request, config: { data: { prompt: "y" } } };
    const guessed = await own.create({ request: other, priority: 0, after: [] });
    expect((await take(own, heavy)).job).toBe(guessed.id);
  });

  it("holds a job back until those before it are done, and fails it where one is not", async ({
    skip,
  }) => {
    const own = jobs(skip);
    const first = await add(own);
    const second = await add(own, { after: [first.id] });
    const third = await add(own, { after: [second.id] });
    const claim = await take(own);
    expect(claim.job).toBe(first.id);
    expect(await takeNext(own.context, light)).toBeUndefined();
    expect(await finishJob(own.context, claim, nothing)).toBe(true);
    const next = await take(own);
    expect(next.job).toBe(second.id);
    await failWith(own.context, next, { code: "data", sentence: said`no pictures` });
    expect(await own.get(third.id)).toMatchObject({
      state: "failed",
      problem: {
        code: "after",
        message: expect.stringContaining('expected "Doctor" to be done before it, but that failed'),
      },
    });
    await expect(add(own, { after: ["00000000-0000-4000-8000-000000000000"] })).rejects.toThrow(
      "after: expected jobs that there are",
    );
  });

  it("keeps events, progress and outcome of the current attempt alone", async ({ skip }) => {
    const own = jobs(skip);
    const { context } = own;
    const { id } = await add(own);
    const lost = await take(own);
    expect(await writeEvents(context, lost, [{ type: "a", text: "NUL \0, half \ud800" }])).toBe(
      true,
    );
    // Its worker is taken for gone, and another has it.
    await context.delivery.release(lost.delivered.queue, lost.delivered.id);
    await sql`update atelier.job set heard = now() - interval '1 hour' where id = ${id}`.execute(
      context.database.tables,
    );
    await recover(context);
    expect((await own.get(id)).state).toBe("waiting");
    let found: Claim | undefined;
    await expect
      .poll(
        async () => {
          found ??= await takeNext(context, { ...light, worker: "two" });
          return found?.attempt;
        },
        { timeout: 20_000 },
      )
      .toBe(2);
    const again = found ?? (await take(own));
    expect(await writeEvents(context, lost, [{ type: "late" }])).toBe(false);
    await writeProgress(context, lost, { stage: "step", done: 9, total: 9 });
    let published = 0;
    const publish = async () => {
      published += 1;
      return nothing();
    };
    expect(await finishJob(context, lost, publish)).toBe(false);
    await failWith(context, lost, { code: "data", sentence: said`late` });
    await stopJob(context, lost);
    await putBack(context, lost);
    expect((await wishesFor(context, [lost, again])).get(lost)).toBe("leave");
    expect(await own.get(id)).toMatchObject({ state: "running", worker: "two", attempt: 2 });
    expect((await own.get(id)).progress).toBeUndefined();
    await writeEvents(context, again, [{ type: "b" }, { type: "c" }]);
    expect(await finishJob(context, again, publish)).toBe(true);
    expect(published).toBe(1);
    expect(await own.get(id)).toMatchObject({ state: "done", outcome: { report: false } });
    const { events, next } = await own.log(id, { limit: 2 });
    expect(events.map(({ attempt, event }) => [attempt, event.type])).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
    expect(events[0]?.event).toEqual({ type: "a", text: "NUL \uFFFD, half \uFFFD" });
    const rest = await own.log(id, { limit: 2, after: next });
    expect(rest.events.map(({ event }) => event.type)).toEqual(["c"]);
  });

  it("stays what it was where its results cannot be published", async ({ skip }) => {
    const own = jobs(skip);
    const { id } = await add(own);
    const claim = await take(own);
    const full = finishJob(own.context, claim, async () => {
      throw new Error("disk full");
    });
    await expect(full).rejects.toThrow("disk full");
    expect((await own.get(id)).state).toBe("running");
  });

  it("cancels at once, running or not, and lets what was cancelled be tried again", async ({
    skip,
  }) => {
    const own = jobs(skip);
    const [running, waiting] = [await add(own), await add(own)];
    const claim = await take(own);
    expect(claim.job).toBe(running.id);
    expect(await own.cancel(waiting.id)).toMatchObject({ state: "cancelled" });
    expect(await own.cancel(running.id)).toMatchObject({ state: "cancelled" });
    expect((await wishesFor(own.context, [claim])).get(claim)).toBe("leave");
    expect(await takeNext(own.context, light)).toBeUndefined();
    expect(await own.retry(running.id)).toMatchObject({ state: "waiting" });
    const again = await take(own);
    expect(again).toMatchObject({ job: running.id, attempt: 2 });
    await expect(own.retry(running.id)).rejects.toThrow("got one that is running");
    await expect(own.stop(running.id)).rejects.toThrow(
      "got one that cannot be stopped. Cancel it.",
    );
    expect(await own.cancel(waiting.id)).toMatchObject({ state: "cancelled" });
  });

  it("hands the wish to finish a training on to whoever takes it, until it is done or tried again", async ({
    skip,
  }) => {
    const own = jobs(skip);
    home.write("datasets/dog/1.png", "");
    const config = { data: { prompt: "x" } };
    const request: JobRequest = { kind: "train", base: "embedded", datasets: ["dog"], config };
    const { id } = await own.create({ request, priority: 0, after: [] });
    await expect(own.finish(id)).rejects.toThrow("got one that waits for its turn. Cancel it.");
    const heavy: Fitting = { ...light, lane: "heavy" };
    const first = await take(own, heavy);
    expect(first.isToFinish).toBe(false);
    expect(await own.finish(id)).toMatchObject({ state: "running", wish: "finish" });
    expect((await wishesFor(own.context, [first])).get(first)).toBe("finish");
    await putBack(own.context, first);
    expect(await own.get(id)).toMatchObject({ state: "waiting", wish: "finish" });
    const second = await take(own, heavy);
    expect(second).toMatchObject({ attempt: 2, isToFinish: true });

    // It is overruled by whoever says stop after it, and may be said again then.
    expect(await own.stop(id)).toMatchObject({ wish: "stop" });
    await stopJob(own.context, second);
    expect(await own.get(id)).not.toHaveProperty("wish");
    expect(await own.finish(id)).toMatchObject({ state: "waiting", wish: "finish" });
    const third = await take(own, heavy);
    expect(third).toMatchObject({ attempt: 3, isToFinish: true });
    await failWith(own.context, third, { code: "file", sentence: said`no room` });
    expect(await own.retry(id)).not.toHaveProperty("wish");
    const last = await take(own, heavy);
    expect(last.isToFinish).toBe(false);
    await own.finish(id);
    expect(await finishJob(own.context, last, nothing)).toBe(true);
    expect(await own.get(id)).not.toHaveProperty("wish");
    await expect(own.finish(id)).rejects.toThrow("expected one that is not done");
  });

  it("finishes neither what trains nothing nor a search", async ({ skip }) => {
    const own = jobs(skip);
    const refusal = "got one that cannot. Cancel it.";
    await expect(own.finish((await add(own)).id)).rejects.toThrow(refusal);
    home.write("datasets/dog/1.png", "");
    const config = { data: { prompt: "x" } };
    const request: JobRequest = {
      ...{ kind: "tune", base: "embedded", datasets: ["dog"], config },
      ...{ minutes: 1, prefer: "balance" },
    };
    const { id } = await own.create({ request, priority: 0, after: [] });
    await expect(own.finish(id)).rejects.toThrow(refusal);
    // Also where it goes on under another job.
    home.write("runs/old-tune/tune.json", "");
    const again = { kind: "resume", run: "old-tune", pastStop: false } as const;
    const resumed = await own.create({ request: again, priority: 0, after: [] });
    await expect(own.finish(resumed.id)).rejects.toThrow(refusal);
  });

  it("gives a job up whose workers go away again and again, with the reason", async ({ skip }) => {
    const own = jobs(skip);
    const { context } = own;
    const { id } = await add(own);
    const { queue: name } = (await take(own)).delivered;
    const row = await context.database.tables
      .selectFrom("job")
      .select("delivery")
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    await sql`update atelier_queue.job set retry_limit = 0 where id = ${row.delivery}`.execute(
      context.database.tables,
    );
    await context.delivery.release(name, row.delivery ?? "");
    await sql`update atelier.job set heard = now() - interval '1 hour' where id = ${id}`.execute(
      context.database.tables,
    );
    await recover(context);
    expect(await own.get(id)).toMatchObject({
      state: "failed",
      problem: { code: "worker-lost", message: expect.stringContaining("the last one") },
    });
  });

  it("finds a silent worker's job by pg-boss's own heartbeat", { timeout: 120_000 }, async ({
    skip,
  }) => {
    const own = jobs(skip);
    const { id } = await add(own);
    const silent = await take(own);
    const kept = await add(own);
    const alive = await take(own);
    const beat = setInterval(() => void keepAlive(own.context, alive).catch(() => {}), 1_000);
    try {
      await expect
        .poll(
          async () => {
            await recover(own.context);
            return (await own.get(id)).state;
          },
          { timeout: 60_000, interval: 500 },
        )
        .toBe("waiting");
    } finally {
      clearInterval(beat);
    }
    expect((await own.get(kept.id)).state).toBe("running");
    expect(await finishJob(own.context, silent, nothing)).toBe(false);
    expect(await finishJob(own.context, alive, nothing)).toBe(true);
  });

  it("tells events as they come and ends with the job", async ({ skip }) => {
    const own = jobs(skip);
    const { id } = await add(own);
    const claim = await take(own);
    await writeEvents(own.context, claim, [{ type: "one" }]);
    const told: string[] = [];
    const following = (async () => {
      const signal = new AbortController().signal;
      for await (const { event } of own.events(id, { from: 0, signal })) told.push(event.type);
    })();
    await expect.poll(() => told).toEqual(["one"]);
    await writeEvents(own.context, claim, [{ type: "two" }, { type: "three" }]);
    await expect.poll(() => told).toEqual(["one", "two", "three"]);
    await finishJob(own.context, claim, nothing);
    await following;
    const end = new AbortController();
    const changes: string[] = [];
    const hearing = (async () => {
      for await (const { kind: what, name } of own.changes(end.signal))
        changes.push(`${what} ${name}`);
    })();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { id: other } = await add(own);
    await expect.poll(() => changes).toContain(`job ${other}`);
    end.abort();
    await hearing;
  });

  it("lists jobs page by page, newest first", async ({ skip }) => {
    const own = jobs(skip);
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.unshift((await add(own)).id);
    const first = await own.list({ limit: 2, state: "waiting" });
    expect(first.jobs.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const second = await own.list({ limit: 2, state: "waiting", after: first.next });
    expect(second.jobs.map(({ id }) => id)).toEqual(ids.slice(2));
    expect(second.next).toBeUndefined();
    expect((await own.list({ limit: 5, kind: "train", state: "waiting" })).jobs).toEqual([]);
    await expect(own.list({ limit: 1, after: "'; drop table" })).rejects.toThrow("after: expected");
    await expect(own.get("00000000-0000-4000-8000-00000000ffff")).rejects.toMatchObject({
      context: { refusal: "not-found" },
    });
  });
});
