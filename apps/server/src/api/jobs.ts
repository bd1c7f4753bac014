/**
 * @file Jobs: everything that takes longer than an answer. Each is one command of the command line, run by a worker;
 * what it prints as JSON are the job's events.
 */

import { z } from "zod";
import { route } from "./route.js";
import { problem } from "./sentence.js";
import {
  itemName,
  jobId,
  line,
  modelName,
  moment,
  page,
  priority,
  repositoryName,
  scheduleId,
  time,
  weighted,
} from "./values.js";

/** A training config without paths: data sets, models and results are named. */
const config = z
  .record(z.string(), z.unknown())
  .describe("Fields of the training config (docs/config.md) but base, data.pictures and output");

const seed = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const edge = z.number().int().min(64).max(4_096);

/** What is drawn. */
export const drawing = z.object({
  base: modelName.default("embedded"),
  prompt: z.string().max(10_000),
  negative: z.string().max(10_000).default(""),
  adapters: z.array(weighted).max(16).default([]),
  words: z.array(itemName).max(64).default([]),
  sampler: z.string().max(60).optional(),
  steps: z.number().int().min(1).max(1_000).optional(),
  guidance: z.number().min(0).max(100).optional(),
  width: edge.optional(),
  height: edge.optional(),
  seed: seed.optional().describe("Of the first picture; drawn at random where absent"),
  count: z.number().int().min(1).max(100).default(1),
  clipSkip: z.number().int().min(1).max(11).optional(),
});
export type Drawing = z.infer<typeof drawing>;

/** A setting that a grid goes over. */
export const gridAxis = z.object({
  setting: z.enum([
    "prompt",
    "negative",
    "seed",
    "steps",
    "guidance",
    "sampler",
    "weight",
    "width",
    "height",
    "base",
  ]),
  values: z
    .array(z.union([z.string().max(10_000), z.number()]))
    .min(1)
    .max(32),
});

/** What a job is asked for, by kind. */
export const jobRequest = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("demo") }),
    z.object({
      kind: z.literal("train"),
      base: modelName.default("embedded"),
      datasets: z.array(itemName).min(1).max(64),
      config,
    }),
    z.object({ kind: z.literal("resume"), run: itemName, pastStop: z.boolean().default(false) }),
    z.object({
      kind: z.literal("tune"),
      base: modelName.default("embedded"),
      datasets: z.array(itemName).length(1),
      config,
      minutes: z.number().min(1).max(10_000).default(20),
      prefer: z.enum(["likeness", "balance", "keep"]).default("balance"),
    }),
    z.object({
      kind: z.literal("strength"),
      run: itemName,
      prefer: z.enum(["likeness", "balance", "keep"]).optional(),
      strengths: z.array(z.number().min(0).max(4)).max(32).optional(),
      draws: z
        .number()
        .int()
        .min(1)
        .max(8)
        .optional()
        .describe("Pictures by the base and at the two best strengths: strength.png of its run"),
    }),
    z.object({ kind: z.literal("evaluate"), run: itemName }),
    z.object({
      kind: z.literal("draw"),
      ...drawing.shape,
      x: gridAxis.optional(),
      y: gridAxis.optional(),
    }),
    z.object({
      kind: z.literal("check"),
      dataset: itemName,
      base: modelName.default("embedded"),
      prompt: line.optional(),
      width: edge.optional(),
      height: edge.optional(),
      buckets: z.boolean().default(false),
    }),
    z.object({ kind: z.literal("inspect"), name: itemName, base: modelName.optional() }),
    z.object({
      kind: z.literal("convert"),
      name: itemName,
      to: z.enum(["diffusers", "single-file", "kohya", "comfyui"]),
      dtype: z.enum(["fp32", "fp16", "bf16"]).optional(),
      base: modelName.optional(),
      into: itemName.describe("What the result is called"),
    }),
    z.object({
      kind: z.literal("merge"),
      adapters: z.array(weighted).min(1).max(16),
      base: modelName.optional().describe("A model to merge them into"),
      rank: z.number().int().min(1).max(1_024).optional(),
      into: itemName,
    }),
    z.object({
      kind: z.literal("extract"),
      tuned: itemName,
      base: modelName,
      rank: z.number().int().min(1).max(1_024).default(16),
      into: itemName,
    }),
    z.object({
      kind: z.literal("download"),
      repo: repositoryName,
      revision: z.string().max(100).optional(),
      as: z.enum(["model", "adapter"]),
    }),
    z.object({ kind: z.literal("doctor") }),
  ])
  .meta({ id: "JobRequest" });
export type JobRequest = z.infer<typeof jobRequest>;
export type JobKind = JobRequest["kind"];
/** A job's request as callers write it, with what has a default left out. */
export type GivenJobRequest = z.input<typeof jobRequest>;

export const jobState = z.enum(["waiting", "running", "done", "failed", "cancelled", "stopped"]);
export type JobState = z.infer<typeof jobState>;

/** stop: to save and end; finish: to be done with the best so far. */
export const jobWish = z.enum(["stop", "finish"]);
export type JobWish = z.infer<typeof jobWish>;

export const job = z
  .object({
    id: jobId,
    kind: z.string(),
    title: z.string(),
    request: jobRequest,
    state: jobState.describe("stopped: asked to stop, has saved, and can be resumed"),
    wish: jobWish.optional().describe("What it was asked for and has yet to do"),
    priority: z.number(),
    after: z.array(jobId).describe("Jobs that must be done before"),
    begin: time.optional().describe("When it can be begun; at once where absent"),
    schedule: scheduleId.optional().describe("The schedule that queued it"),
    attempt: z.number().describe("How often it was begun"),
    worker: z.string().optional(),
    run: itemName.optional().describe("The run that it trains"),
    progress: z
      .object({
        stage: z.string().describe("As in events of type progress, or step"),
        done: z.number(),
        total: z.number(),
        secondsLeft: z.number().optional(),
      })
      .optional(),
    created: time,
    started: time.optional(),
    ended: time.optional(),
    outcome: z
      .object({
        items: z.array(itemName).describe("Models, adapters and words that it made"),
        drawings: z.array(z.string()).describe("Pictures that it drew"),
        report: z.boolean().describe("Whether its run has a report"),
        result: z.unknown().optional().describe("What commands such as check and inspect answer"),
      })
      .optional(),
    problem: problem.optional(),
  })
  .meta({ id: "Job" });
export type Job = z.infer<typeof job>;

/** An event of a job: what its command printed, with when and in which attempt. */
export const jobEvent = z
  .object({
    id: z.number().describe("Grows; `from` of the next request"),
    attempt: z.number(),
    time,
    event: z.looseObject({ type: z.string() }).describe("docs/events.md"),
  })
  .meta({ id: "JobEvent" });
export type JobEvent = z.infer<typeof jobEvent>;

export const worker = z
  .object({
    name: z.string(),
    host: z.string(),
    version: z.string(),
    backend: z.enum(["cpu", "webgpu", "cuda"]),
    cores: z.number(),
    memoryBytes: z.number(),
    load: z.number().describe("Of its machine: processes that want to run, for each core"),
    lanes: z.array(z.enum(["heavy", "light"])),
    jobs: z.array(jobId),
    seen: time,
    isAlive: z.boolean(),
  })
  .meta({ id: "Worker" });
export type Worker = z.infer<typeof worker>;

/** What a training is going to be, before it starts. */
export const forecast = z
  .object({
    technique: z.string(),
    steps: z.number(),
    picturesPerStep: z.number(),
    width: z.number(),
    height: z.number(),
    memoryBytes: z.number(),
    fits: z.boolean(),
    seconds: z
      .number()
      .optional()
      .describe("By what the latest training like it took; absent where the library has none"),
    warnings: z.array(z.looseObject({ code: z.string(), message: z.string() })),
    config: z.record(z.string(), z.unknown()).describe("With everything that was left open"),
  })
  .meta({ id: "Forecast" });
export type Forecast = z.infer<typeof forecast>;

const one = z.object({ job: jobId });

export const jobRoutes = {
  list: route({
    method: "GET",
    path: "/api/jobs",
    summary: "Jobs, newest first",
    query: page.extend({
      state: jobState.optional(),
      kind: z.string().max(40).optional(),
    }),
    answer: z.object({ jobs: z.array(job), next: z.string().optional() }),
  }),
  create: route({
    method: "POST",
    path: "/api/jobs",
    summary: "Queues a job",
    body: z.object({
      request: jobRequest,
      title: line.optional(),
      priority: priority.default(0),
      after: z.array(jobId).max(100).default([]),
      begin: moment.optional().describe("Not before then"),
    }),
    answer: job,
    status: 201,
  }),
  get: route({
    method: "GET",
    path: "/api/jobs/:job",
    summary: "One job",
    params: one,
    answer: job,
  }),
  events: route({
    method: "GET",
    path: "/api/jobs/:job/events",
    summary:
      "Its events so far and as they come (server-sent; Last-Event-ID or `from` goes on after one)",
    params: one,
    query: z.object({ from: z.coerce.number().int().min(0).default(0) }),
    answer: "events",
  }),
  log: route({
    method: "GET",
    path: "/api/jobs/:job/log",
    summary: "Its events so far, a page at a time",
    params: one,
    query: page,
    answer: z.object({ events: z.array(jobEvent), next: z.string().optional() }),
  }),
  cancel: route({
    method: "POST",
    path: "/api/jobs/:job/cancel",
    summary: "Ends it at once, or takes it out of the queue",
    params: one,
    answer: job,
  }),
  stop: route({
    method: "POST",
    path: "/api/jobs/:job/stop",
    summary: "Asks a training to save and end; it can be resumed",
    params: one,
    answer: job,
  }),
  finish: route({
    method: "POST",
    path: "/api/jobs/:job/finish",
    summary:
      "Asks a training to end with the best so far as its result, also one that was stopped or failed",
    params: one,
    answer: job,
  }),
  retry: route({
    method: "POST",
    path: "/api/jobs/:job/retry",
    summary: "Queues it again; a training goes on from its last snapshot",
    params: one,
    answer: job,
  }),
  change: route({
    method: "PATCH",
    path: "/api/jobs/:job",
    summary: "Moves it in the queue, names it, or says when it can be begun",
    params: one,
    body: z
      .object({
        priority,
        title: line,
        begin: moment.nullable().describe("Not before then; null for at once"),
      })
      .partial(),
    answer: job,
  }),
  forecast: route({
    method: "POST",
    path: "/api/forecast",
    summary: "What a training is going to take, without starting it",
    body: z.object({
      request: jobRequest,
    }),
    answer: forecast,
  }),
  workers: route({
    method: "GET",
    path: "/api/workers",
    summary: "Machines that take jobs",
    answer: z.array(worker),
  }),
} as const;
