/** @file A watcher for tests: it measures a fixed batch, remembers every loss, and may end the run. */

import { AtelierError } from "@atelier/engine";
import { warning, warningEvent } from "../core/warnings/warning.js";
import type { Watcher, WatchState } from "../train/watch/watcher.js";

/** How it watches. */
export interface ProbeOptions {
  readonly name?: string;
  /** Steps between looks; 1 by default. */
  readonly every?: number;
  /** Says that the run is done from its first look at this step or later. */
  readonly stopFrom?: number;
  /** Does more at each look, such as drawing. */
  readonly also?: Watcher["look"];
}

/** Its state is the list of `[step, loss]`. */
export function probeWatcher({
  name = "probe",
  every = 1,
  stopFrom = Number.POSITIVE_INFINITY,
  also,
}: ProbeOptions = {}): Watcher {
  let seen: readonly WatchState[] = [];
  return {
    name,
    due: (step) => step % every === 0,
    async *look(view) {
      const { loss, perSample } = await view.loss(view.batch(7).values);
      if (!perSample.data.every(Number.isFinite)) {
        yield warningEvent(warning("in-words", { message: "not finite" }));
      }
      if (also !== undefined) yield* also(view);
      seen = [...seen, [view.step, loss]];
      if (view.step < stopFrom) return { kind: "go" };
      return { kind: "stop", reason: `Step ${view.step} is enough.` };
    },
    state: () => seen,
    restore(state) {
      if (!Array.isArray(state)) {
        throw new AtelierError(
          "training",
          `${name}: expected a list of losses, got ${JSON.stringify(state)}.`,
        );
      }
      // What is an array of JSON is one of its values.
      seen = state as readonly WatchState[];
    },
  };
}
