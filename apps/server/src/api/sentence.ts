/**
 * @file Errors as they travel: in English, and as a template with what stands in it, so that whoever shows one can
 * say it in another language.
 */

import { z } from "zod";

const plainParam = z.union([z.string(), z.number(), z.boolean()]);

/** A template with `{0}`, `{1}` … and what stands in it; parameters can be sentences themselves. */
export const sentence = z
  .object({
    template: z.string(),
    params: z.array(
      z.union([plainParam, z.object({ template: z.string(), params: z.array(z.unknown()) })]),
    ),
  })
  .meta({ id: "Sentence" });

/** An error as the API answers it. */
export const problem = z
  .object({
    code: z.string().describe("For programs, such as not-found, config or file"),
    message: z.string().describe("In English: where, what was expected, what to do"),
    sentence: sentence.optional(),
  })
  .meta({ id: "Problem" });

/** An error as the API answers it. */
export type Problem = z.infer<typeof problem>;
