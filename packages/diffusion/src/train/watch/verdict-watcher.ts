/** @file Looks at what a run has learned and forgotten since its start, and says what follows from it. */

import { AtelierError, type Graph, internalError, said } from "@atelier/engine";
import { z } from "zod";
import type { Look, WatchHistory } from "../../verdicts/history.js";
import type { WatchData } from "../data/watch-data.js";
import { lookFields } from "../events/look-schema.js";
import type { RunPlan } from "../plan/plan-run.js";
import { createProbes, type Reading, rowsSince } from "./probes.js";
import type { Watcher, WatchState } from "./watcher.js";

/** A watcher whose rows are read by a graph of its own. */
export interface VerdictWatcher extends Watcher {
  /** What it evaluates. */
  readonly graph: Graph;
  /** All that was seen so far. */
  history(): WatchHistory;
}

const stateSchema = z.strictObject({
  looks: z.array(z.strictObject(lookFields)),
  gradNorms: z.array(z.number()),
});

const name = "verdicts";

/** Watches a run by its rows. */
export function verdictWatcher(plan: RunPlan, watch: WatchData): VerdictWatcher {
  const { steps } = plan.config;
  const probes = createProbes(plan, watch);
  const due = new Set(watch.plan.steps);
  let start: (Reading & { readonly seconds: number }) | undefined;
  let looks: readonly Look[] = [];
  /** Of the steps since the look before. */
  let gradNorms: number[] = [];
  const begun = (): NonNullable<typeof start> => {
    if (start === undefined) throw internalError("verdicts: looked before the start was read.");
    return start;
  };
  return {
    name,
    graph: probes.graph,
    due: (step) => due.has(step),
    note: ({ gradNorm }) => gradNorms.push(gradNorm),
    async begin(probe) {
      const began = performance.now();
      const reading = await probes.read(probe);
      start = { ...reading, seconds: (performance.now() - began) / 1000 };
    },
    async *look({ step, probe }) {
      const began = performance.now();
      const first = begun();
      const rows = rowsSince(first, await probes.read(probe));
      const look = { step, rows, gradNorm: summaryOf(gradNorms) };
      const seconds = (performance.now() - began) / 1000;
      if (looks.length === 0) {
        const none = { median: Number.NaN, largest: Number.NaN };
        yield { type: "look", step: 0, rows: first.errors, gradNorm: none, seconds: first.seconds };
      }
      yield { type: "look", ...look, seconds };
      looks = [...looks, look];
      gradNorms = [];
      return { kind: "go" };
    },
    // What is not finite is null in JSON.
    state: () => JSON.parse(JSON.stringify({ looks, gradNorms })) as WatchState,
    restore(state) {
      const read = stateSchema.safeParse(state);
      if (!read.success) {
        throw new AtelierError(
          "training",
          said`${name}: expected the looks that a snapshot has kept, got ${JSON.stringify(state).slice(0, 80)}. Resume from an earlier snapshot.`,
        );
      }
      ({ looks, gradNorms } = read.data);
    },
    history: () => ({ banks: probes.banks, start: begun().errors, looks, steps }),
  };
}

function summaryOf(gradNorms: readonly number[]): Look["gradNorm"] {
  const sorted = [...gradNorms].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return { median, largest: sorted.at(-1) ?? Number.NaN };
}
