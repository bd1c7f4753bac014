/** @file The library: models, adapters and words, and what was drawn with them. */

import { z } from "zod";
import { trashed } from "./datasets.js";
import { drawing } from "./jobs.js";
import { route } from "./route.js";
import { sentence } from "./sentence.js";
import { itemName, jobId, modelName, time } from "./values.js";

export const itemKind = z.enum(["model", "adapter", "word"]);

export const item = z
  .object({
    name: itemName,
    kind: itemKind,
    bytes: z.number(),
    changed: time,
    family: z.string().optional().describe("Such as sd1, sdxl, flux1; absent while unknown"),
    form: z.string().describe("diffusers, single-file, kohya, peft …"),
    method: z.string().optional(),
    rank: z.number().optional(),
    triggers: z.array(z.string()),
    base: z.string().optional(),
    run: itemName.optional().describe("The run that made it"),
    hasPicture: z.boolean(),
    problems: z.array(z.looseObject({ message: z.string() })).describe("What is wrong with it"),
  })
  .meta({ id: "Item" });
export type Item = z.infer<typeof item>;

export const drawn = z
  .object({
    name: z.string().describe("A file name"),
    width: z.number(),
    height: z.number(),
    created: time,
    settings: drawing.partial().describe("As the file says them"),
    job: jobId.optional(),
    x: z.string().optional().describe("Its place in a grid"),
    y: z.string().optional(),
  })
  .meta({ id: "Drawn" });
export type Drawn = z.infer<typeof drawn>;

export const field = z
  .object({
    path: z.string(),
    kind: z.enum(["text", "integer", "number", "boolean", "choice", "list"]),
    choices: z.array(z.string()).optional(),
    fallback: z
      .unknown()
      .optional()
      .describe("What it is where nothing is said; absent where it depends"),
    group: z.string(),
    isUsual: z.boolean(),
    text: z.object({ en: z.string(), ko: z.string() }),
  })
  .meta({ id: "Field" });
export type Field = z.infer<typeof field>;

/** Settings of another program, as a config of ours. */
export const imported = z
  .object({
    format: z.string(),
    config: z.record(z.string(), z.unknown()),
    notes: z
      .array(z.object({ setting: z.string(), message: z.string(), sentence: sentence.optional() }))
      .describe("What has no equivalent"),
  })
  .meta({ id: "Imported" });

const one = z.object({ name: itemName });
const oneDrawing = z.object({
  drawing: z
    .string()
    .max(255)
    .regex(/^[\w.-]+\.png$/),
});

export const libraryRoutes = {
  list: route({
    method: "GET",
    path: "/api/items",
    summary: "Models, adapters and words",
    query: z.object({ kind: itemKind.optional() }),
    answer: z.array(item),
  }),
  get: route({
    method: "GET",
    path: "/api/items/:name",
    summary: "One of them",
    params: one,
    answer: item,
  }),
  add: route({
    method: "POST",
    path: "/api/items",
    summary: "Adds a .safetensors file: a form with `file`",
    body: "form",
    answer: item,
    status: 201,
  }),
  remove: route({
    method: "DELETE",
    path: "/api/items/:name",
    summary: "Moves it to the trash",
    params: one,
    answer: trashed,
  }),
  file: route({
    method: "GET",
    path: "/api/items/:name/file",
    summary: "Its file to download; a folder's as a .zip",
    params: one,
    answer: "file",
  }),
  picture: route({
    method: "GET",
    path: "/api/items/:name/picture",
    summary: "The picture that it bears",
    params: one,
    answer: "file",
  }),
  drawings: route({
    method: "GET",
    path: "/api/drawings",
    summary: "What was drawn, newest first",
    query: z.object({
      limit: z.coerce.number().int().min(1).max(1_000).default(200),
      after: z.string().max(255).optional(),
      job: jobId.optional(),
    }),
    answer: z.object({ drawings: z.array(drawn), next: z.string().optional() }),
  }),
  drawing: route({
    method: "GET",
    path: "/api/drawings/:drawing",
    summary:
      "A picture's file, with its settings inside; with `edge` a smaller WebP where it is larger",
    params: oneDrawing,
    query: z.object({ edge: z.coerce.number().int().min(32).max(1_024).optional() }),
    answer: "file",
  }),
  removeDrawings: route({
    method: "POST",
    path: "/api/drawings/remove",
    summary: "Moves pictures to the trash",
    body: z.object({ drawings: z.array(oneDrawing.shape.drawing).min(1).max(10_000) }),
    answer: trashed,
  }),
  keepDrawing: route({
    method: "POST",
    path: "/api/drawings/:drawing/keep",
    summary: "Copies a picture into a data set, its prompt as the caption",
    params: oneDrawing,
    body: z.object({ dataset: itemName }),
    answer: z.object({ picture: z.string() }),
  }),
  read: route({
    method: "POST",
    path: "/api/drawings/read",
    summary: "The settings that a PNG of Atelier, A1111 or ComfyUI bears",
    body: "bytes",
    answer: z.object({
      settings: drawing.partial(),
      notes: z
        .array(z.object({ message: z.string(), sentence: sentence.optional() }))
        .describe("What was not understood"),
    }),
  }),
  fields: route({
    method: "GET",
    path: "/api/settings",
    summary: "Every field of the training config, with what it means in English and Korean",
    answer: z.array(field),
  }),
  samplers: route({
    method: "GET",
    path: "/api/samplers",
    summary: "Names of samplers",
    answer: z.array(z.string()),
  }),
  advise: route({
    method: "POST",
    path: "/api/advise",
    summary: "Which technique fits a data set and a goal, and why",
    body: z.object({
      dataset: itemName,
      base: modelName.default("embedded"),
      goal: z.enum(["subject", "style", "word", "model"]).optional(),
    }),
    answer: z.looseObject({}),
  }),
  importSettings: route({
    method: "POST",
    path: "/api/settings/import",
    summary:
      "Settings of kohya, ai-toolkit, OneTrainer or diffusers as a config, and what has no equivalent",
    body: z.object({
      text: z.string().max(1_000_000),
      name: z.string().max(255).default("pasted.txt"),
    }),
    answer: imported,
  }),
} as const;
