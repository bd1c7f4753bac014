/** @file A worker: for each lane it takes one job after another, and does for each what is wished of it. */

import { hostname, totalmem } from "node:os";
import type { Backend, Lane } from "../database/tables.js";
import { type Claim, keepAlive, takeNext, wishesFor } from "../jobs/claim.js";
import { createBell } from "../jobs/follow-events.js";
import { lanes as allLanes, memoryClass } from "./machine.js";
import { type RunJobDeps, type RunningJob, runJob } from "./run-job.js";
import { leaveName, pulse, takeName, type WorkerFacts } from "./worker-row.js";

/** Options of {@link startWorker}. */
export interface WorkerOptions
  extends Omit<RunJobDeps, "saveMs" | "cancelMs">,
    Partial<Pick<RunJobDeps, "saveMs" | "cancelMs">> {
  /** Of Atelier. */
  readonly version: string;
  /** The machine's by default. */
  readonly name?: string | undefined;
  readonly lanes?: readonly Lane[] | undefined;
  /** What it computes on; the processor counts as well. */
  readonly backend?: Backend | undefined;
  /** Takes jobs of any size and backend, since there is nobody else. */
  readonly isAlone?: boolean;
  /** Longer than this no attempt goes on: another one does. */
  readonly mostHours?: number;
}

/** A worker that works. */
export interface RunningWorker extends AsyncDisposable {
  readonly name: string;
}

/** How often jobs are looked for beside whenever one is told of, and what is wished of those that run. */
const lookMs = 2_000;
const wishMs = 400;
const pulseMs = 5_000;
/** pg-boss takes no job for longer than a day. */
const usualMostHours = 23;

/** Starts a worker. Disposed, it puts back what it has not finished. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { context, version, backend = "cpu", lanes = allLanes, isAlone = false } = options;
  const deps: RunJobDeps = { saveMs: 180_000, cancelMs: 5_000, ...options };
  const facts: WorkerFacts = { version, backend, lanes };
  const name = await takeName(context, options.name ?? hostname(), facts);
  const ending = new AbortController();
  const running = new Set<RunningJob>();
  const fitting = {
    worker: name,
    backends: isAlone ? allBackends : [...new Set<Backend>(["cpu", backend])],
    memory: isAlone ? undefined : memoryClass(totalmem()),
  };

  const serve = async (lane: Lane): Promise<void> => {
    const bell = createBell();
    const leave = context.database.hear(({ kind }) => {
      if (kind === "job") bell.ring();
    });
    while (!ending.signal.aborted) {
      const claim = await takeNext(context, { ...fitting, lane }).catch(() => undefined);
      if (claim === undefined) await bell.wait(lookMs, ending.signal);
      else await work(claim);
    }
    leave();
  };
  const work = async (claim: Claim): Promise<void> => {
    const job = runJob(deps, claim);
    running.add(job);
    if (ending.signal.aborted) job.interrupt("hand-on");
    const hours = options.mostHours ?? usualMostHours;
    const timer = setTimeout(() => job.interrupt("hand-on"), hours * 3_600_000);
    await job.ended;
    clearTimeout(timer);
    running.delete(job);
  };
  const serving = lanes.map(serve);
  const beats = [
    every(wishMs, () => heed(options, running)),
    every((context.delivery.heartbeatSeconds * 1_000) / 4, async () => {
      for (const { claim } of running) await keepAlive(context, claim);
    }),
    every(pulseMs, () =>
      pulse(context, name, { facts, jobs: [...running].map(({ claim }) => claim.job) }),
    ),
  ];
  return {
    name,
    async [Symbol.asyncDispose]() {
      ending.abort();
      for (const job of running) job.interrupt("hand-on");
      await Promise.all(serving);
      for (const beat of beats) await beat.end();
      await leaveName(context, name).catch(() => {});
    },
  };
}

const allBackends: readonly Backend[] = ["cpu", "webgpu", "cuda"];

/** Does what is wished of the jobs that run. */
async function heed(
  { context }: Pick<WorkerOptions, "context">,
  running: ReadonlySet<RunningJob>,
): Promise<void> {
  const jobs = [...running];
  const wishes = await wishesFor(
    context,
    jobs.map(({ claim }) => claim),
  );
  for (const { claim, interrupt } of jobs) {
    const wish = wishes.get(claim);
    if (wish !== undefined && wish !== "go-on") interrupt(wish);
  }
}

/** Does something again and again, one time after the other; what fails once is done again. */
function every(ms: number, beat: () => Promise<void>): { readonly end: () => Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    last = beat()
      .catch(() => {})
      .finally(() => {
        isBusy = false;
      });
  }, ms);
  return {
    async end() {
      clearInterval(timer);
      await last;
    },
  };
}
