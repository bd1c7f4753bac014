/** @file What the events of a job say of the steps that it has just made. */

import type { JobEvent } from "@atelier/server/api";
import { z } from "zod";

const step = z.object({
  step: z.number(),
  steps: z.number(),
  loss: z.number(),
  secondsLeft: z.number().nullish(),
  memoryBytes: z.number().nullish(),
});

/** A finished step. */
export type LiveStep = z.infer<typeof step>;

/**
 * Steps after one, in their order. They are looked for from the end, as far back as the training went on without a
 * break: what was before is known from elsewhere.
 */
export function stepsAfter(events: readonly JobEvent[], after: number): LiveStep[] {
  const found: LiveStep[] = [];
  for (let index = events.length - 1; index >= 0; index -= 1) {
    const event = events[index]?.event;
    if (event === undefined || event.type === "resumed" || event.type === "plan") break;
    if (event.type !== "step") continue;
    const read = step.safeParse(event);
    if (!read.success) continue;
    if (read.data.step <= after) break;
    found.push(read.data);
  }
  return found.reverse();
}

/** The latest step; nothing before the first. */
export function latestStep(events: readonly JobEvent[]): LiveStep | undefined {
  const event = events.findLast((each) => each.event.type === "step")?.event;
  return event && step.safeParse(event).data;
}

/** How many of the events say that something else was measured or drawn: to ask for it when that changes. */
export function countOf(events: readonly JobEvent[], types: readonly string[]): number {
  return events.reduce((count, { event }) => count + (types.includes(event.type) ? 1 : 0), 0);
}
