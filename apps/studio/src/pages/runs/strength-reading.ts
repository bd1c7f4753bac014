/** @file What a measurement of strengths has told so far. */

import type { JobEvent } from "@atelier/server/api";
import { z } from "zod";

const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });
const learned = z.object({ ofThese: estimate });

const strength = z.object({
  strength: z.number(),
  learned,
  train: learned,
  generic: estimate.optional(),
  class: estimate.optional(),
});

const rows = z.object({
  bank: z.enum(["held-out", "echo"]),
  strengths: z.array(z.number()),
  classPrompt: z.string().nullish(),
});

const chosen = z.object({
  strength: z.number(),
  reason: z.enum(["lowest", "as-good", "preferred"]),
  beatsBase: z.boolean(),
});

/** What a change does at a strength. */
export type ReadStrength = z.infer<typeof strength>;

/** All that was told. */
export interface StrengthReading {
  readonly rows?: z.infer<typeof rows>;
  /** In the order of their strengths. */
  readonly measured: readonly ReadStrength[];
  readonly chosen?: z.infer<typeof chosen>;
  /** Whether pictures were drawn with the best. */
  readonly isDrawn: boolean;
}

/** Reads the events of a job; of several attempts the last. */
export function strengthReading(events: readonly JobEvent[]): StrengthReading {
  const attempt = events.at(-1)?.attempt;
  const own = events.flatMap((each) => (each.attempt === attempt ? [each.event] : []));
  const last = <T>(type: string, schema: z.ZodType<T>): T | undefined =>
    schema.safeParse(own.findLast((event) => event.type === type)).data;
  const measured = own.flatMap((event) => {
    if (event.type !== "strength") return [];
    const read = strength.safeParse(event);
    return read.success ? [read.data] : [];
  });
  const [told, choice] = [last("rows", rows), last("chosen", chosen)];
  return {
    ...(told && { rows: told }),
    measured: measured.sort((one, other) => one.strength - other.strength),
    ...(choice && { chosen: choice }),
    isDrawn: own.some(({ type }) => type === "drawn"),
  };
}
