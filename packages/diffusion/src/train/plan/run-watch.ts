/**
 * @file How a run is watched: as the user says, else as usual, where it costs the run nothing but its share of the
 * time. Nobody has asked for the latter: where it cannot be had it is left out, and that is said.
 */

import { AtelierError } from "@atelier/engine";
import { type Warning, warning } from "../../core/warnings/warning.js";
import type { TrainConfig, WatchConfig } from "../config/train-config.js";
import type { FittedRun } from "./memory-plan.js";
import {
  planWatch,
  requireTrained,
  usualHeldOut,
  usualShare,
  type WatchPlan,
} from "./plan-watch.js";

/** What a run records of it: another default changes no run that has begun. */
export type ResolvedWatch = WatchConfig & { readonly share: number };

/** How a run is watched. */
export interface RunWatch {
  readonly config: ResolvedWatch;
  /** Where it is watched. */
  readonly plan: WatchPlan | undefined;
  readonly warnings: readonly Warning[];
}

/** What {@link watchOfRun} goes by. */
export interface WatchedRun {
  readonly config: Pick<TrainConfig, "watch" | "steps" | "maxMemory">;
  readonly pictures: number;
  /** However a batch is split. */
  readonly rowsPerStep: number;
  /** @throws AtelierError `config` where nothing fits into the memory that the run may take. */
  readonly fit: (watch: WatchPlan | undefined) => FittedRun;
}

/** @throws AtelierError `config` where all pictures were to be held out. */
export function watchOfRun({ config, pictures, rowsPerStep, fit }: WatchedRun): RunWatch {
  const { watch, steps, maxMemory } = config;
  const run = { steps, rowsPerStep, everySteps: watch.everySteps };
  const share = watch.share ?? usualShare(run);
  const plan = planWatch({ ...run, share });
  if (plan !== undefined) requireTrained(pictures, watch.heldOut);
  const isOff = watch.share === 0;
  const tooShort = warning("too-short-to-watch", { steps, rows: rowsPerStep });
  const warnings = plan === undefined && !isOff ? [tooShort] : [];
  if (watch.share !== undefined) return { config: { ...watch, share }, plan, warnings };
  if (plan !== undefined && maxMemory !== undefined && asksForMemory(fit, plan)) {
    const lacks = [warning("unwatched", { lacks: "memory" })];
    return { config: { ...watch, share: 0 }, plan: undefined, warnings: lacks };
  }
  const isAsked = watch.everySteps !== undefined || watch.act || watch.prefer !== undefined;
  const keepsAll = usualHeldOut(pictures, isAsked) < usualHeldOut(pictures);
  const heldOut = watch.heldOut ?? (keepsAll ? 0 : undefined);
  return { config: { ...watch, share, heldOut }, plan, warnings };
}

/** Whether a run would be computed in another way, or not at all, for being watched. */
function asksForMemory(fit: WatchedRun["fit"], plan: WatchPlan): boolean {
  const formOf = ({ batchSize, batchParts, blocks, memory }: FittedRun): string =>
    JSON.stringify([batchSize, batchParts, blocks, memory.inFiles]);
  const plain = formOf(fit(undefined));
  try {
    return formOf(fit(plan)) !== plain;
  } catch (error) {
    if (!(error instanceof AtelierError && error.code === "config")) throw error;
    return true;
  }
}
