/** @file Asks for snapshots in the rhythm of the config. */

import type { ResolvedConfig } from "../plan/plan-run.js";
import type { Watcher } from "./watcher.js";

/** Asks for one every `saveEverySteps`; the last step is saved in any case. */
export function snapshotWatcher({
  saveEverySteps: every,
  steps,
}: Pick<ResolvedConfig, "saveEverySteps" | "steps">): Watcher {
  return {
    name: "snapshots",
    due: (step) => every > 0 && step % every === 0 && step < steps,
    // biome-ignore lint/correctness/useYield: it has nothing to tell.
    async *look() {
      return { kind: "snapshot" };
    },
  };
}
