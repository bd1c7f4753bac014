/** @file A storage that is away for a while does not undo the work of hours: it is waited for. */

import { createBell } from "../jobs/follow-events.js";
import { storageReasonOf } from "../storage/storage-error.js";

const patienceMs = 600_000;
const pauseMs = 5_000;

/** Does something again while the storage is away, until the signal says so. */
export async function patiently<Value>(
  signal: AbortSignal,
  work: () => Promise<Value>,
): Promise<Value> {
  const patientUntil = Date.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isAway = storageReasonOf(error) === "away" && Date.now() < patientUntil;
      if (!isAway || signal.aborted) throw error;
      await createBell().wait(pauseMs, signal);
    }
  }
}
