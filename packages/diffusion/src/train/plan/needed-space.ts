/** @file What a run writes, before it begins: bytes of its results, its snapshots, and of what a watched one keeps. */

import type { RunPlan } from "./plan-run.js";

type Written = Pick<RunPlan, "config" | "tuning">;

/** Bytes that checkpoints and results may take, at most. */
export function neededBytes(plan: Written): number {
  const { config } = plan;
  const { forms, size } = sizesOf(plan);
  const due = config.saveEverySteps === 0 ? 0 : Math.floor(config.steps / config.saveEverySteps);
  const { last, best, everySteps, withinSteps } = config.keep;
  const spread = everySteps === 0 ? 0 : Math.floor(config.steps / everySteps);
  const recent = due === 0 ? 0 : Math.floor(withinSteps / config.saveEverySteps);
  // One more than is kept, since the old one goes when the new one is whole; values and two moments each.
  const checkpoints = Math.min(due, last + best + spread + recent) + 1;
  return size * forms + checkpoints * size * (forms + (config.ema.decay === 0 ? 3 : 4));
}

/** What a watched run writes besides: the best values beside those before them, and the last step's result. */
export function keptBytes(plan: Written): number {
  const { forms, size } = sizesOf(plan);
  return size * (2 + forms);
}

function sizesOf({ config, tuning }: Written): { readonly forms: number; readonly size: number } {
  const forms = config.output.formats === "both" && config.tuning !== "full" ? 2 : 1;
  // What PiSSA has trained is written with twice the rank.
  const size = tuning.parameterCount * 4 * (config.lora?.init === "pissa" ? 2 : 1);
  return { forms, size };
}
