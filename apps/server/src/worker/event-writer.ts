/** @file What a job tells, written a little later and together: a quarter of a second is no wait for who reads it. */

import { type Claim, writeEvents, writeProgress } from "../jobs/claim.js";
import type { Printed, Progress } from "../jobs/commands/command.js";
import type { JobContext } from "../jobs/context.js";

const pauseMs = 250;
const progressPauseMs = 500;
/** So many are not collected: whoever prints them waits until some are written. */
const mostHeld = 2_000;

/** Writes what a job tells. */
export interface EventWriter {
  /** Resolves when there is room for more. */
  readonly tell: (event: Printed, progress: Progress | undefined) => Promise<void>;
  /** Writes what is left. @returns whether the claim held to the end */
  readonly end: () => Promise<boolean>;
}

/** A writer for the events of one attempt. @param onLost is called once the claim holds no more */
export function createEventWriter(
  context: JobContext,
  claim: Claim,
  onLost: () => void,
): EventWriter {
  let held: Printed[] = [];
  let progress: Progress | undefined;
  let progressAt = 0;
  let isLost = false;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async (isLast: boolean): Promise<void> => {
    const events = held;
    held = [];
    if (isLost) return;
    if (!(await writeEvents(context, claim, events))) {
      isLost = true;
      onLost();
      return;
    }
    const now = Date.now();
    if (progress === undefined || (!isLast && now - progressAt < progressPauseMs)) return;
    const latest = progress;
    progress = undefined;
    progressAt = now;
    await writeProgress(context, claim, latest);
  };
  const flush = (isLast = false): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    // A database that is away for a moment loses events, not the training.
    writing = writing.then(() => write(isLast)).catch(() => {});
    return writing;
  };
  return {
    async tell(event, now) {
      held.push(event);
      progress = now ?? progress;
      timer ??= setTimeout(() => void flush(), pauseMs);
      if (held.length >= mostHeld) await flush();
    },
    async end() {
      await flush(true);
      return !isLost;
    },
  };
}
