/** @file Jobs that begin later and jobs that are repeated, on both databases, with as many servers as each may have. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Job, JobRequest, Schedule } from "../api/index.js";
import type { Database } from "../database/database.js";
import { openDatabase } from "../database/open-database.js";
import { type TestLibrary, testLibrary } from "../testing/test-library.js";
import { startPostgres, type TestPostgres } from "../testing/test-postgres.js";
import { type Claim, type Fitting, takeNext } from "./claim.js";
import { finishJob } from "./end-claim.js";
import { type Jobs, openJobs } from "./jobs.js";
import { recover } from "./recover.js";

const doctor: JobRequest = { kind: "doctor" };
const light: Fitting = { worker: "one", lane: "light", backends: ["cpu"], memory: undefined };
const nothing = async () => ({ items: [], drawings: [], report: false });
const soon = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();

describe.each(["embedded", "postgresql"] as const)("times of the queue, %s", (kind) => {
  let folder: string;
  let postgres: TestPostgres | undefined;
  let home: TestLibrary;
  const opened: AsyncDisposable[] = [];
  const servers: Jobs[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "atelier-schedules-"));
    home = await testLibrary();
    if (kind === "postgresql") postgres = await startPostgres();
    const place = kind === "embedded" ? { folder } : postgres;
    if (place === undefined) return;
    // Only one process can have the embedded database.
    for (let count = 0; count < (kind === "embedded" ? 1 : 3); count += 1) {
      const database: Database = await openDatabase(place);
      const jobs = await openJobs(database, { library: home.library, roundSeconds: 600 });
      opened.push(database, jobs);
      servers.push(jobs);
    }
  });

  afterAll(async () => {
    for (const each of opened.reverse()) await each[Symbol.asyncDispose]();
    await postgres?.[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  afterEach(async () => {
    const [own] = servers;
    for (const { id } of (await own?.schedules.list()) ?? []) await own?.schedules.remove(id);
    for (const { id } of (await own?.list({ limit: 1_000 }))?.jobs ?? []) await own?.cancel(id);
  });

  const jobs = (skip: (reason: string) => never): Jobs =>
    servers[0] ?? skip("PostgreSQL is not installed");
  const take = ({ context }: Jobs): Promise<Claim> =>
    vi.waitFor(async () => {
      const claim = await takeNext(context, light);
      if (claim === undefined) throw new Error("expected a job, got none");
      return claim;
    });
  const addAt = (to: Jobs, begin: string): Promise<Job> =>
    to.create({ request: doctor, priority: 0, after: [], begin });
  const addSchedule = (to: Jobs, more: { cron?: string; request?: JobRequest } = {}) =>
    to.schedules.create({ request: doctor, priority: 0, cron: "0 22 * * *", zone: "UTC", ...more });
  /** As if nothing had run for some hours. */
  const miss = async ({ context }: Jobs, { id }: Schedule): Promise<void> => {
    await sql`update atelier.schedule set next = date_trunc('hour', now()) - interval '70 hours'
      where id = ${id}`.execute(context.database.tables);
  };
  const jobsOf = async (own: Jobs, { id }: Schedule): Promise<Job[]> =>
    (await own.list({ limit: 1_000 })).jobs.filter(({ schedule }) => schedule === id);

  it("hands a job over when its time has come, and not before", async ({ skip }) => {
    const own = jobs(skip);
    const { id, begin } = await addAt(own, soon(1.5));
    expect(Date.parse(begin ?? "")).toBeGreaterThan(Date.now());
    const other = await own.create({ request: doctor, priority: -5, after: [] });
    expect((await take(own)).job).toBe(other.id);
    await recover(own.context);
    expect(await takeNext(own.context, light)).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 1_600));
    await recover(own.context);
    expect((await take(own)).job).toBe(id);
  });

  it("waits for its time and for other jobs", async ({ skip }) => {
    const own = jobs(skip);
    const first = await own.create({ request: doctor, priority: 0, after: [] });
    const second = await own.create({
      ...{ request: doctor, priority: 0, after: [first.id] },
      begin: soon(3_600),
    });
    await finishJob(own.context, await take(own), nothing);
    expect(await takeNext(own.context, light)).toBeUndefined();
    expect(await own.change(second.id, { begin: null })).not.toHaveProperty("begin");
    expect((await take(own)).job).toBe(second.id);
  });

  it("puts a job off that waits already, also where a worker is about to take it", async ({
    skip,
  }) => {
    const own = jobs(skip);
    const { id } = await own.create({ request: doctor, priority: 0, after: [] });
    const { queue } = await own.context.database.tables
      .selectFrom("job")
      .select("queue")
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    const begin = soon(3_600);
    expect((await own.change(id, { begin })).begin).toBe(begin);
    expect(await takeNext(own.context, light)).toBeUndefined();
    expect(await own.context.delivery.fetch(queue)).toBeUndefined();
    await own.change(id, { begin: null });
    expect((await take(own)).job).toBe(id);
    await expect(own.change(id, { begin })).rejects.toThrow(
      "expected one that waits, got one that is running. Queue it anew for another time.",
    );
  });

  it("keeps the time of a job that is cancelled and queued again", async ({ skip }) => {
    const own = jobs(skip);
    const { id, begin } = await addAt(own, soon(3_600));
    await own.cancel(id);
    expect(await own.retry(id)).toMatchObject({ state: "waiting", begin });
    expect(await takeNext(own.context, light)).toBeUndefined();
  });

  it("queues one job for a time, however many servers see it come and however many were missed", async ({
    skip,
  }) => {
    const own = jobs(skip);
    const schedule = await addSchedule(own, { cron: "0 * * * *" });
    await recover(own.context);
    expect(await jobsOf(own, schedule)).toEqual([]);
    await miss(own, schedule);
    const rounds = Array.from({ length: 6 }, (_, at) => servers[at % servers.length] ?? own);
    await Promise.all(rounds.map(({ context }) => recover(context)));
    await recover(own.context);
    const [job, ...others] = await jobsOf(own, schedule);
    expect(others).toEqual([]);
    expect(job).toMatchObject({ state: "waiting", title: "Doctor", request: doctor });
    const [{ next } = schedule] = await own.schedules.list();
    expect(Date.parse(next ?? "") - Date.now()).toBeGreaterThan(0);
    expect(Date.parse(next ?? "") - Date.now()).toBeLessThanOrEqual(3_600_000);
    expect((await take(own)).job).toBe(job?.id);
  });

  it("makes up for missed times as soon as a server starts", async ({ skip }) => {
    const own = jobs(skip);
    const { database, library } = own.context;
    const schedule = await addSchedule(own);
    await miss(own, schedule);
    await using started = await openJobs(database, { library, roundSeconds: 600 });
    await expect.poll(() => jobsOf(started, schedule)).toHaveLength(1);
  });

  it("refuses a second job for the same time", async ({ skip }) => {
    const own = jobs(skip);
    const schedule = await addSchedule(own);
    await miss(own, schedule);
    await recover(own.context);
    const [job] = await jobsOf(own, schedule);
    const twice = sql`insert into atelier.job
      (id, kind, title, request, lane, backend, memory, queue, priority, state, after, schedule, due)
      select gen_random_uuid(), kind, title, request, lane, backend, memory, queue, priority, state,
        after, schedule, due from atelier.job where id = ${job?.id}`;
    await expect(twice.execute(own.context.database.tables)).rejects.toThrow("job_of_schedule");
    await finishJob(own.context, await take(own), nothing);
    // As where the clock was set back: the time has its job, and the next one comes all the same.
    await miss(own, schedule);
    await recover(own.context);
    expect(await jobsOf(own, schedule)).toHaveLength(1);
    const [{ next } = schedule] = await own.schedules.list();
    expect(Date.parse(next ?? "")).toBeGreaterThan(Date.now());
  });

  it("passes over a time while the job of the one before waits, and goes on after it", async ({
    skip,
  }) => {
    const own = jobs(skip);
    const schedule = await addSchedule(own);
    await miss(own, schedule);
    await recover(own.context);
    await miss(own, schedule);
    await recover(own.context);
    expect(await jobsOf(own, schedule)).toHaveLength(1);
    await finishJob(own.context, await take(own), nothing);
    await sql`update atelier.schedule set next = date_trunc('hour', now()) - interval '1 hour'
      where id = ${schedule.id}`.execute(own.context.database.tables);
    await recover(own.context);
    expect((await jobsOf(own, schedule)).map(({ state }) => state)).toEqual(["waiting", "done"]);
  });

  it("says by a failed job why it could not be queued", async ({ skip }) => {
    const own = jobs(skip);
    home.write("datasets/growing/1.png", "");
    const request: JobRequest = {
      ...{ kind: "check", dataset: "growing", base: "embedded", buckets: false },
    };
    const schedule = await addSchedule(own, { request });
    await rm(join(home.library.root, "datasets", "growing"), { recursive: true });
    await miss(own, schedule);
    await recover(own.context);
    expect(await jobsOf(own, schedule)).toMatchObject([
      {
        state: "failed",
        problem: { message: expect.stringContaining("data set growing: expected one of the") },
      },
    ]);
    expect(await takeNext(own.context, light)).toBeUndefined();
    await expect(addSchedule(own, { request })).rejects.toThrow("data set growing");
  });

  it("rests while it is paused, and takes up the next time afterwards", async ({ skip }) => {
    const own = jobs(skip);
    const schedule = await addSchedule(own);
    const paused = await own.schedules.change(schedule.id, { isPaused: true, title: "nightly" });
    expect(paused).toMatchObject({ isPaused: true, title: "nightly", cron: "0 22 * * *" });
    expect(paused).not.toHaveProperty("next");
    await recover(own.context);
    expect(await jobsOf(own, schedule)).toEqual([]);
    const renamed = await own.schedules.change(schedule.id, { cron: "0 6 * * *" });
    expect(renamed.isPaused).toBe(true);
    const { next } = await own.schedules.change(schedule.id, { isPaused: false });
    expect(next).toMatch(/T06:00:00\.000Z$/);
    const seoul = await own.schedules.change(schedule.id, { zone: "Asia/Seoul" });
    expect(seoul.next).toMatch(/T21:00:00\.000Z$/);
    await expect(own.schedules.change(schedule.id, { cron: "daily" })).rejects.toThrow("cron:");
  });

  it("leaves its jobs behind when it is ended", async ({ skip }) => {
    const own = jobs(skip);
    const schedule = await addSchedule(own);
    await miss(own, schedule);
    await recover(own.context);
    const [job] = await jobsOf(own, schedule);
    await own.schedules.remove(schedule.id);
    expect(await own.schedules.list()).toEqual([]);
    expect(await own.get(job?.id ?? "")).not.toHaveProperty("schedule");
    expect((await take(own)).job).toBe(job?.id);
    await expect(own.schedules.remove(schedule.id)).rejects.toMatchObject({
      context: { refusal: "not-found" },
    });
  });
});
