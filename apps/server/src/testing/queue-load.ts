/**
 * @file Load on the queue: many jobs, many workers, some of which vanish in the midst of a job again and again. Jobs are
 * pauses in place of trainings; queue and database are the real ones. Prints figures, and fails where a job does not end
 * exactly once.
 *
 *     node apps/server/dist/testing/queue-load.js [jobs] [workers] [seconds of vanishing] [postgresql | postgres://…]
 */

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { openDatabase } from "../database/open-database.js";
import { type Claim, keepAlive, takeNext, writeEvents } from "../jobs/claim.js";
import { finishJob } from "../jobs/end-claim.js";
import { openJobs } from "../jobs/jobs.js";
import { testLibrary } from "./test-library.js";
import { startPostgres } from "./test-postgres.js";

const [, , jobCount = "10000", workerCount = "50", vanishFor = "60", where] = process.argv;
const pauseMs = 50;
/** Share of jobs whose worker vanishes while the time of vanishing lasts. */
const vanishing = 0.02;

const folder = await mkdtemp(join(tmpdir(), "atelier-load-"));
const home = await testLibrary();
// The word alone stands for a server of its own.
const postgres = where === "postgresql" ? await startPostgres() : undefined;
const url = postgres?.url ?? where;
const database = await openDatabase(url === undefined ? { folder } : { url });
const jobs = await openJobs(database, {
  library: home.library,
  heartbeatSeconds: 10,
  superviseSeconds: 1,
  roundSeconds: 1,
});
const { context } = jobs;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const queued = performance.now();
const total = Number(jobCount);
const creatorCount = 8;
const creators = Array.from({ length: creatorCount }, async (_, lane) => {
  for (let job = lane; job < total; job += creatorCount) {
    await jobs.create({ request: { kind: "doctor" }, priority: job % 3, after: [] });
  }
});
await Promise.all(creators);
const queueSeconds = (performance.now() - queued) / 1000;
console.log(`${database.kind}: ${total} jobs queued in ${queueSeconds.toFixed(1)} s`);

const published = new Map<string, number>();
let [ended, vanished] = [0, 0];
const begun = performance.now();
const vanishUntil = begun + Number(vanishFor) * 1000;
let isOver = false;

/** A worker; where it vanishes, it says nothing any more, and another takes its place. */
async function work(): Promise<void> {
  const worker = `load-${randomUUID().slice(0, 8)}`;
  const fitting = { worker, lane: "light", backends: ["cpu"], memory: undefined } as const;
  while (!isOver) {
    const claim = await takeNext(context, fitting);
    if (claim === undefined) {
      await pause(200);
      continue;
    }
    await writeEvents(context, claim, [{ type: "begun" }]);
    await pause(pauseMs);
    if (performance.now() < vanishUntil && Math.random() < vanishing) {
      vanished += 1;
      // Half of them come back later and believe that the job is theirs.
      if (Math.random() < 0.5) void pause(15_000).then(() => finish(claim));
      return work();
    }
    await keepAlive(context, claim);
    await finish(claim);
  }
}

async function finish(claim: Claim): Promise<void> {
  const isDone = await finishJob(context, claim, async () => {
    published.set(claim.job, (published.get(claim.job) ?? 0) + 1);
    return { items: [], drawings: [], report: false };
  }).catch(() => false);
  if (isDone) ended += 1;
}

const report = setInterval(() => {
  const seconds = (performance.now() - begun) / 1000;
  const rate = (ended / seconds).toFixed(0);
  console.log(
    `${seconds.toFixed(0)} s: ${ended} of ${total} ended, ${vanished} workers vanished, ${rate}/s`,
  );
}, 10_000);
const workers = Array.from({ length: Number(workerCount) }, () => work());
while (ended < total) await pause(100);
const seconds = (performance.now() - begun) / 1000;
await pause(16_000);
isOver = true;
clearInterval(report);
await Promise.all(workers);

const { rows } = await sql<{ state: string; count: number; attempts: number }>`
  select state, count(*) as count, max(attempt) as attempts from atelier.job group by state`.execute(
  database.tables,
);
const twice = [...published.values()].filter((times) => times !== 1).length;
console.log(
  `${database.kind}: ${ended} ended in ${seconds.toFixed(1)} s (${(ended / seconds).toFixed(0)}/s), ${vanished} workers vanished; states ${JSON.stringify(rows)}; published more or less than once: ${twice}`,
);
const isGood = twice === 0 && published.size === total && ended === total;
await jobs[Symbol.asyncDispose]();
await database[Symbol.asyncDispose]();
await home[Symbol.asyncDispose]();
await postgres?.[Symbol.asyncDispose]();
await rm(folder, { recursive: true, force: true });
process.exitCode = isGood ? 0 : 1;
