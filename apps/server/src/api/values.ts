/** @file Values that several schemas share. */

import { z } from "zod";

/**
 * What things of the library are called: a folder or file name, never a path. Letters of any script, digits, spaces
 * and signs that every file system stores; no leading dot.
 */
export const itemName = z
  .string()
  .min(1)
  .max(120)
  .regex(
    /^[\p{L}\p{N}_([][\p{L}\p{N}\p{M} ._()[\]+,'&!~@#=-]*$/u,
    "expected a name without slashes, got another",
  )
  .refine((name) => !/[ .]$/.test(name), "expected a name that ends in no dot or space");

/** Of a job. */
export const jobId = z.uuid();

/** Of a schedule. */
export const scheduleId = z.uuid();

/** What is more urgent is taken first. */
export const priority = z.number().int().min(-100).max(100);

/** Texts that people write. */
export const line = z.string().max(2_000);

/** ISO 8601, in universal time. */
export const time = z.iso.datetime();

/** A time as people give it: in any time zone, within the years that databases hold. */
export const moment = z.iso
  .datetime({
    offset: true,
    error: "expected a date and time such as 2026-12-24T22:00:00+09:00, got another",
  })
  .refine((text) => {
    const year = new Date(text).getUTCFullYear();
    return year >= 1970 && year <= 9_999;
  }, "expected a time of the years 1970 to 9999, got another");

/** A repository of the Hugging Face Hub: `owner/name`, neither of which begins as a path or an option does. */
export const repositoryName = z
  .string()
  .max(200)
  .regex(/^\w[\w.-]*\/\w[\w.-]*$/, "expected owner/name, got another");

/** A model to draw with or to train: `embedded`, one of the library, or a repository of the Hugging Face Hub. */
export const modelName = z
  .union([z.literal("embedded"), itemName, repositoryName])
  .describe("embedded, a model of the library, or a Hugging Face repository (owner/name)");

/** An adapter or a word of the library with its weight. */
export const weighted = z.object({
  name: itemName,
  weight: z.number().min(-10).max(10).default(1),
});

/** A result is listed a page at a time. */
export const page = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  after: z.string().max(200).optional().describe("`next` of the page before"),
});
