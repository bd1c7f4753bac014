/** @file What stands in a run's log, as a schema: one for each type of event. */

import { z } from "zod";
import { processPredictions } from "../../process/prediction-type.js";
import type { ResultFile } from "../result/result-file.js";
import { banksSchema, lookFields } from "./look-schema.js";
import type { TrainEvent } from "./train-event.js";
import { keptSchema, learnedBank, verdictSchema } from "./verdict-schema.js";
import { warningSchema, wordedWarningSchema } from "./warning-schema.js";

/** What ended a run, where that was an error. */
export interface ErrorEvent {
  readonly type: "error";
  readonly message: string;
}

/** What a run's log records. */
export type RecordedEvent = TrainEvent | ErrorEvent;

/** Raised whenever an event changes: a log says of each line which version it is. */
export const eventVersion = 4;

/** A file of a result. */
export const resultSchema: z.ZodType<ResultFile> = z.strictObject({
  kind: z.enum(["adapter", "embedding", "model"]),
  form: z.enum(["kohya", "comfyui", "diffusers", "peft", "webui", "folder", "single-file"]),
  path: z.string(),
});

const size = { width: z.number(), height: z.number() };

const bucket = z.strictObject({
  ...size,
  pictures: z.array(
    z.strictObject({
      name: z.string(),
      original: z.strictObject(size),
      cropped: z.number(),
      scale: z.number(),
    }),
  ),
});

const memory = z.strictObject({
  program: z.number(),
  weights: z.number(),
  state: z.number(),
  activations: z.number(),
  // Runs of earlier versions were not watched, or did not plan it.
  looks: z.number().default(0),
  inFiles: z.number().default(0),
  total: z.number(),
});

const end = {
  step: z.int(),
  folder: z.string(),
  results: z.array(resultSchema),
  seconds: z.number(),
};

/** A schema for each type of event. */
export type EventSchemas = {
  readonly [Type in RecordedEvent["type"]]: z.ZodType<Extract<RecordedEvent, { type: Type }>>;
};

const eventSchemas: EventSchemas = {
  plan: z.strictObject({
    type: z.literal("plan"),
    folder: z.string(),
    base: z.string(),
    baseFingerprint: z.string().optional(),
    pictures: z.int(),
    ...size,
    buckets: z.array(bucket),
    steps: z.int(),
    prompt: z.string(),
    tokenizerFolder: z.string().optional(),
    picturesPerStep: z.int(),
    tuning: z.enum(["lora", "full", "textual_inversion", "pivotal"]),
    adaptedLayers: z.int(),
    trainedParameters: z.int(),
    predictionType: z.enum(processPredictions),
    usesGradientCheckpointing: z.boolean(),
    batchSize: z.int(),
    memory,
  }),
  watch: z.strictObject({
    type: z.literal("watch"),
    steps: z.array(z.int()),
    heldOut: z.array(z.string()),
    validation: z.strictObject({ folder: z.string(), pictures: z.int() }).optional(),
    classPrompt: z.string().optional(),
    keepsClass: z.boolean().optional(),
    banks: banksSchema,
  }),
  look: z.strictObject({
    type: z.literal("look"),
    ...lookFields,
    seconds: z.number(),
  }),
  verdict: verdictSchema,
  warning: warningSchema,
  progress: z.strictObject({
    type: z.literal("progress"),
    stage: z.enum([
      "download",
      "quantize",
      "weights",
      "class-pictures",
      "captions",
      "latents",
      "probes",
      "compile",
      "check",
    ]),
    done: z.number(),
    total: z.number(),
    secondsLeft: z.number().optional(),
  }),
  step: z.strictObject({
    type: z.literal("step"),
    step: z.int(),
    steps: z.int(),
    loss: z.number(),
    gradNorm: z.number(),
    learningRate: z.number(),
    lossScale: z.number().optional(),
    overflows: z.int().optional(),
    secondsPerStep: z.number(),
    secondsLeft: z.number(),
    memoryBytes: z.number(),
  }),
  sample: z.strictObject({
    type: z.literal("sample"),
    step: z.int(),
    path: z.string(),
    prompt: z.string(),
    seed: z.number(),
  }),
  resumed: z.strictObject({ type: z.literal("resumed"), step: z.int() }),
  snapshot: z.strictObject({
    type: z.literal("snapshot"),
    step: z.int(),
    results: z.array(resultSchema),
  }),
  done: z.strictObject({
    type: z.literal("done"),
    ...end,
    stop: z.strictObject({ watcher: z.string(), reason: z.string() }).optional(),
    kept: z
      .strictObject({
        best: keptSchema,
        bank: learnedBank,
        sentence: z.string(),
        last: z.array(resultSchema),
      })
      .optional(),
  }),
  stopped: z.strictObject({ type: z.literal("stopped"), ...end }),
  error: z.strictObject({ type: z.literal("error"), message: z.string() }),
};

/** Schemas by type, of each version that can be read. */
export const schemasByVersion: ReadonlyMap<unknown, EventSchemas> = new Map([
  // Warnings were sentences.
  [1, { ...eventSchemas, warning: wordedWarningSchema }],
  // Runs were not watched: no event of it has changed, and some have gained fields that may be absent.
  [2, eventSchemas],
  // Steps said nothing of loss scales, and nothing was warned of float16.
  [3, eventSchemas],
  [eventVersion, eventSchemas],
]);
