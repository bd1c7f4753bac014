/** @file What an inspection has answered, as far as it is shown. */

import { z } from "zod";

const told = z.looseObject({ code: z.string(), message: z.string(), params: z.unknown() });

const inspection = z.object({
  predicts: z.object({ type: z.string() }).optional(),
  parameterCount: z.number().optional(),
  dtypes: z.array(z.string()).optional(),
  components: z.array(z.object({ name: z.string(), parameterCount: z.number() })).optional(),
  adapter: z
    .object({
      tuning: z.array(z.string()),
      ranks: z.array(z.number()),
      alphas: z.array(z.number()),
      moduleCount: z.number(),
      changesTextEncoder: z.boolean(),
    })
    .optional(),
  embedding: z.object({ vectors: z.number(), width: z.number() }).optional(),
  problems: z.array(told.extend({ severity: z.enum(["error", "warning"]) })),
  notes: z.array(told),
});

/** An inspection. */
export type ToldInspection = z.infer<typeof inspection>;

/** Reads a job's result; nothing where it is none of this version's. */
export function readInspection(result: unknown): ToldInspection | undefined {
  return inspection.safeParse(result).data;
}
