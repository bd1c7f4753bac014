/** @file Runs: trainings as their folders record them, those of the command line as well. */

import { z } from "zod";
import { route } from "./route.js";
import { itemName, jobId, time } from "./values.js";

export const verdictState = z.enum([
  "nothing-happens",
  "learning",
  "learned-enough",
  "overfitting",
  "forgetting",
  "diverging",
]);

/** A verdict as events have it: enough to say it in any language. */
export const verdict = z.looseObject({
  state: verdictState,
  step: z.number(),
  since: z.number(),
  sentence: z.string(),
});

export const run = z
  .object({
    name: itemName,
    title: z.string(),
    technique: z.string(),
    state: z.enum(["running", "done", "stopped", "failed", "interrupted", "unknown"]),
    reason: z.string().optional(),
    base: z.string(),
    datasets: z.array(z.string()),
    step: z.number(),
    steps: z.number(),
    loss: z.number().optional(),
    started: time,
    seconds: z.number(),
    verdict: verdict.optional().describe("The last"),
    keptStep: z.number().optional(),
    results: z.array(z.object({ name: itemName, kind: z.string() })),
    hasReport: z.boolean(),
    job: jobId.optional().describe("The latest that trained it"),
    sample: z.string().optional().describe("Its newest sample's file"),
  })
  .meta({ id: "Run" });
export type Run = z.infer<typeof run>;

/** A point of a curve with the interval that it lies in. */
export const point = z.object({
  step: z.number(),
  value: z.number(),
  low: z.number().optional(),
  high: z.number().optional(),
});

export const curves = z
  .object({
    loss: z.object({
      step: z.array(z.number()),
      value: z.array(z.number()),
      low: z.array(z.number()).describe("Least and most of the steps that one point stands for"),
      high: z.array(z.number()),
    }),
    learningRate: z.object({ step: z.array(z.number()), value: z.array(z.number()) }),
    memoryBytes: z.number().optional(),
    trained: z
      .array(point)
      .describe("Change of the error on pictures in training, as a share of the start's"),
    heldOut: z.array(point),
    bank: z
      .enum(["held-out", "echo"])
      .optional()
      .describe("What heldOut is of: pictures held out, or enlarged views of those in training"),
    forgotten: z.array(point),
    states: z.array(z.object({ state: verdictState, from: z.number(), to: z.number() })),
    verdicts: z.array(verdict),
    pictures: z
      .array(
        z.object({ name: z.string(), first: z.number(), last: z.number(), isHeldOut: z.boolean() }),
      )
      .describe("Error of each picture at the first look and at the last"),
  })
  .meta({ id: "Curves" });
export type Curves = z.infer<typeof curves>;

export const sample = z
  .object({ step: z.number(), prompt: z.string(), seed: z.number(), file: z.string() })
  .meta({ id: "Sample" });
export type Sample = z.infer<typeof sample>;

const one = z.object({ run: itemName });

export const runRoutes = {
  list: route({
    method: "GET",
    path: "/api/runs",
    summary: "All runs, newest first",
    answer: z.object({
      runs: z.array(run),
      unreadable: z.array(z.object({ name: z.string(), message: z.string() })),
    }),
  }),
  get: route({
    method: "GET",
    path: "/api/runs/:run",
    summary: "One run with its settings",
    params: one,
    answer: run.extend({ config: z.record(z.string(), z.unknown()) }),
  }),
  curves: route({
    method: "GET",
    path: "/api/runs/:run/curves",
    summary: "What was measured, with no more points of the loss than asked for",
    params: one,
    query: z.object({ points: z.coerce.number().int().min(10).max(100_000).default(1_000) }),
    answer: curves,
  }),
  samples: route({
    method: "GET",
    path: "/api/runs/:run/samples",
    summary: "Pictures that were drawn while it trained",
    params: one,
    answer: z.array(sample),
  }),
  file: route({
    method: "GET",
    path: "/api/runs/:run/files/*",
    summary: "A picture or result in the run's folder",
    params: one.extend({ "*": z.string().max(500) }),
    answer: "file",
  }),
  report: route({
    method: "GET",
    path: "/api/runs/:run/report",
    summary: "Its report, a page of its own",
    params: one,
    answer: "file",
  }),
  remove: route({
    method: "DELETE",
    path: "/api/runs/:run",
    summary: "Moves it to the trash",
    params: one,
    answer: z.object({ trash: z.string(), count: z.number() }),
  }),
} as const;
