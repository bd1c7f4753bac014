/** @file Data sets: folders of pictures with captions beside them, as trainers have them. */

import { z } from "zod";
import { route } from "./route.js";
import { problem, sentence } from "./sentence.js";
import { itemName, line, modelName, time } from "./values.js";

/** A file name of a picture in its data set. */
export const pictureName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^/\\\0]+$/)
  .refine((name) => !name.startsWith("."));

export const picture = z
  .object({
    name: pictureName,
    width: z.number().describe("Upright, as EXIF turns it"),
    height: z.number(),
    bytes: z.number(),
    caption: z.string().optional().describe("Of the .txt beside it; absent where there is none"),
    hasMask: z.boolean(),
    hasTransparency: z.boolean().describe("Whether it has an alpha channel"),
    problem: problem
      .optional()
      .describe("Why it cannot be used, where it does not decode; its size is 0 then"),
    version: z.string().describe("Changes with the file; for addresses that are kept"),
  })
  .meta({ id: "Picture" });
export type Picture = z.infer<typeof picture>;

export const dataset = z
  .object({
    name: itemName,
    pictures: z.number(),
    captioned: z.number(),
    bytes: z.number(),
    cover: z.array(pictureName).max(4).describe("Pictures to show it by"),
    trigger: z.string().describe("A word that stands for what it shows; empty where there is none"),
    subject: z
      .string()
      .describe("What kind of thing it shows, such as dog; empty where that is open"),
    changed: time,
  })
  .meta({ id: "Dataset" });
export type Dataset = z.infer<typeof dataset>;

/** Something that was deleted and can come back. */
export const trashed = z.object({ trash: z.string(), count: z.number() });

const trashContent = z.object({
  removals: z.number().describe("Each may be of many files"),
  bytes: z.number(),
});

export const added = z.object({
  added: z.array(pictureName),
  captions: z.number().describe("Captions that came with them, or for pictures that were there"),
  masks: z.number(),
  renamed: z
    .array(z.object({ name: z.string(), as: pictureName }))
    .describe("Pictures whose names were taken, or were none for every system"),
  skipped: z.array(
    z.object({
      name: z.string(),
      reason: z.string().describe("In English"),
      sentence: sentence.optional(),
    }),
  ),
});
export type Added = z.infer<typeof added>;

/** Of what `atelier check` finds; `kind` is its warning's code. */
export const finding = z
  .object({
    kind: z.string(),
    params: z.record(z.string(), z.unknown()),
    message: z.string(),
    pictures: z.array(pictureName).describe("Those that it speaks of"),
  })
  .meta({ id: "Finding" });
export type Finding = z.infer<typeof finding>;

export const crop = z
  .object({
    name: pictureName,
    width: z.number().describe("Of the bucket"),
    height: z.number(),
    left: z.number().describe("Of the part that is trained, in pixels of the upright picture"),
    top: z.number(),
    cropWidth: z.number(),
    cropHeight: z.number(),
    cropped: z.number().describe("Share of the picture that is cut off"),
    enlarged: z.number().describe("Factor; 1 where the picture is large enough"),
    problem: problem.optional().describe("Why it cannot be trained so; all else is 0 then"),
  })
  .meta({ id: "Crop" });
export type Crop = z.infer<typeof crop>;

const one = z.object({ dataset: itemName });
const onePicture = one.extend({ picture: pictureName });

export const datasetRoutes = {
  list: route({
    method: "GET",
    path: "/api/datasets",
    summary: "All data sets",
    answer: z.array(dataset),
  }),
  create: route({
    method: "POST",
    path: "/api/datasets",
    summary: "An empty data set",
    body: z.object({ name: itemName }),
    answer: dataset,
    status: 201,
  }),
  get: route({
    method: "GET",
    path: "/api/datasets/:dataset",
    summary: "One data set",
    params: one,
    answer: dataset,
  }),
  change: route({
    method: "PATCH",
    path: "/api/datasets/:dataset",
    summary: "Renames it, or says what it shows",
    params: one,
    body: z.object({ name: itemName, trigger: line, subject: line }).partial(),
    answer: dataset,
  }),
  remove: route({
    method: "DELETE",
    path: "/api/datasets/:dataset",
    summary: "Moves it to the trash",
    params: one,
    answer: trashed,
  }),
  pictures: route({
    method: "GET",
    path: "/api/datasets/:dataset/pictures",
    summary: "Its pictures, by name",
    params: one,
    answer: z.array(picture),
  }),
  add: route({
    method: "POST",
    path: "/api/datasets/:dataset/pictures",
    summary:
      "Adds pictures, captions (.txt) and archives (.zip) of them: a form of files in `file`",
    params: one,
    body: "form",
    answer: added,
  }),
  file: route({
    method: "GET",
    path: "/api/datasets/:dataset/pictures/:picture",
    summary: "The picture's file",
    params: onePicture,
    answer: "file",
  }),
  thumbnail: route({
    method: "GET",
    path: "/api/datasets/:dataset/thumbnails/:picture",
    summary: "The picture, upright, no larger than `edge` on its longer side, as WebP",
    params: onePicture,
    query: z.object({
      edge: z.coerce.number().int().min(32).max(1_024).default(320),
      version: z.string().max(100).optional(),
    }),
    answer: "file",
  }),
  captions: route({
    method: "PUT",
    path: "/api/datasets/:dataset/captions",
    summary: "Writes captions; null takes one away",
    params: one,
    body: z.object({
      captions: z.record(pictureName, z.string().max(20_000).nullable()),
    }),
    limitBytes: 64e6,
    answer: z.object({
      written: z.number(),
      trash: z.string().optional().describe("Brings back the captions as they were"),
    }),
  }),
  removePictures: route({
    method: "POST",
    path: "/api/datasets/:dataset/remove",
    summary: "Moves pictures with captions and masks to the trash",
    params: one,
    body: z.object({ pictures: z.array(pictureName).min(1).max(100_000) }),
    limitBytes: 32e6,
    answer: trashed,
  }),
  restore: route({
    method: "POST",
    path: "/api/trash/:trash/restore",
    summary: "Brings back what was moved to the trash",
    params: z.object({ trash: z.string().max(100) }),
    answer: z.object({ restored: z.number() }),
  }),
  trash: route({
    method: "GET",
    path: "/api/trash",
    summary: "How much lies in the trash; after 30 days it goes by itself",
    answer: trashContent,
  }),
  emptyTrash: route({
    method: "DELETE",
    path: "/api/trash",
    summary: "Deletes for good what lies in the trash, and says how much that was",
    answer: trashContent,
  }),
  turn: route({
    method: "POST",
    path: "/api/datasets/:dataset/pictures/:picture/turn",
    summary: "Turns a picture clockwise; the file as it was goes to the trash",
    params: onePicture,
    body: z.object({ degrees: z.union([z.literal(90), z.literal(180), z.literal(270)]) }),
    answer: trashed,
  }),
  mask: route({
    method: "GET",
    path: "/api/datasets/:dataset/masks/:picture",
    summary: "A picture's mask: white counts, black does not",
    params: onePicture,
    answer: "file",
  }),
  setMask: route({
    method: "PUT",
    path: "/api/datasets/:dataset/masks/:picture",
    summary: "Stores a mask, a PNG of the picture's size",
    params: onePicture,
    body: "bytes",
    answer: "nothing",
    status: 204,
  }),
  removeMask: route({
    method: "DELETE",
    path: "/api/datasets/:dataset/masks/:picture",
    summary: "Moves the mask to the trash",
    params: onePicture,
    answer: trashed,
  }),
  crops: route({
    method: "GET",
    path: "/api/datasets/:dataset/crops",
    summary: "What of each picture is trained, at a size and with or without buckets",
    params: one,
    query: z.object({
      width: z.coerce.number().int().min(64).max(4_096).default(128),
      height: z.coerce.number().int().min(64).max(4_096).default(128),
      buckets: z.stringbool().default(false),
      base: modelName.default("embedded"),
    }),
    answer: z.array(crop),
  }),
} as const;
