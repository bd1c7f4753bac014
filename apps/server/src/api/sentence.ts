/**
 * @file Errors as they travel: in English, and as a template with what stands in it, so that whoever shows one can
 * say it in another language.
 */

import type { Sentence } from "@atelier/engine";
import { z } from "zod";

/** A template with `{0}`, `{1}` … and what stands in it; parameters can be sentences themselves. */
export const sentence: z.ZodType<Sentence, Sentence> = z
  .object({
    template: z.string(),
    params: z.array(z.union([z.string(), z.number(), z.boolean(), z.lazy(() => sentence)])),
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

/** The error that a command prints as its last line: its sentence's parts stand beside its message. */
export const printedError = z
  .object({
    type: z.literal("error"),
    code: z.string().default("error"),
    message: z.string(),
    template: z.string().optional(),
    params: z.unknown().optional(),
  })
  .transform(({ code, message, template, params = [] }): Problem => {
    const whole = sentence.safeParse({ template, params });
    return { code, message, ...(whole.success && { sentence: whole.data }) };
  });
