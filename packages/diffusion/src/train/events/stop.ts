/** @file Runs that are asked to stop. */

import { AtelierError } from "@atelier/engine";

/** @throws AtelierError `aborted` when the run was asked to stop. */
export function requireGoing(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new AtelierError(
    "aborted",
    "training: stopped before the first step; nothing was trained.",
    {
      cause: signal.reason,
    },
  );
}

/** Whether something was thrown because the signal asked for it. */
export function isStop(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true && error instanceof AtelierError && error.code === "aborted";
}
