/** @file Events as they come. Notifications say when to look; a look now and then finds what they have missed. */

import type { Change, JobEvent } from "../api/index.js";
import type { JobContext } from "./context.js";
import { eventsAfter } from "./read-jobs.js";
import { requireRow } from "./steer-job.js";

const batch = 500;
const lookAgainMs = 2_000;

/** Wakes whoever waits. */
interface Bell {
  readonly ring: () => void;
  /** Until it has rung since the last time, the time is over, or the signal says so. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A bell that has not rung. */
export function createBell(): Bell {
  let hasRung = false;
  let wake = (): void => {};
  return {
    ring() {
      hasRung = true;
      wake();
    },
    async wait(ms, signal) {
      if (!hasRung && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const end = (): void => {
            clearTimeout(timer);
            signal.removeEventListener("abort", end);
            resolve();
          };
          const timer = setTimeout(end, ms);
          wake = end;
          signal.addEventListener("abort", end);
        });
        wake = () => {};
      }
      hasRung = false;
    },
  };
}

/**
 * The events of a job after one, and those to come; ends when the job is over and all is told.
 * @throws AtelierError, not found.
 */
export async function* followEvents(
  context: JobContext,
  job: string,
  { from, signal }: { readonly from: number; readonly signal: AbortSignal },
): AsyncGenerator<JobEvent, void, undefined> {
  const bell = createBell();
  const leave = context.database.hear(({ kind, name }) => {
    if (kind === "job" && name === job) bell.ring();
  });
  try {
    for (let last = from; !signal.aborted; ) {
      // Before the events: what was written before it was over is read after this.
      const { state } = await requireRow(context, job);
      const events = await eventsAfter(context, job, { from: last, limit: batch });
      for (const event of events) {
        yield event;
        last = event.id;
      }
      if (events.length === batch) continue;
      if (state !== "waiting" && state !== "running") return;
      await bell.wait(lookAgainMs, signal);
    }
  } finally {
    leave();
  }
}

/** Most changes that wait for a slow reader; of more, the same ones are told once. */
const mostHeld = 10_000;

/** Changes as they come, each once however often it was told since the last look. */
export async function* followChanges(
  { database }: Pick<JobContext, "database">,
  signal: AbortSignal,
): AsyncGenerator<Change, void, undefined> {
  const bell = createBell();
  const held = new Map<string, Change>();
  const leave = database.hear((change) => {
    if (held.size < mostHeld) held.set(`${change.kind} ${change.name}`, change);
    bell.ring();
  });
  try {
    while (!signal.aborted) {
      await bell.wait(lookAgainMs, signal);
      const told = [...held.values()];
      held.clear();
      yield* told;
    }
  } finally {
    leave();
  }
}
