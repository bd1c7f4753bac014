/** @file Which runs are shown and in which order. */

import type { Run } from "@atelier/server/api";
import { z } from "zod";

/** Ways to order runs. */
export const runSorts = ["newest", "oldest", "title", "longest"] as const;

const filter = z.object({
  search: z.string(),
  /** A state, or all. */
  state: z.string().nullable(),
  /** A verdict's state, `none`, or all. */
  verdict: z.string().nullable(),
  sort: z.enum(runSorts),
});

/** What is looked for. */
export type RunFilter = z.infer<typeof filter>;

/** For whoever keeps it. */
export const runFilterSchema: z.ZodType<RunFilter> = filter;

/** All runs, newest first. */
export const everyRun: RunFilter = { search: "", state: null, verdict: null, sort: "newest" };

/** The runs that fit, in order. All words that are looked for must stand somewhere. */
export function shownRuns(
  runs: readonly Run[],
  { search, state, verdict, sort }: RunFilter,
): readonly Run[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const fitting = runs.filter((run) => {
    if (state !== null && run.state !== state) return false;
    if (verdict !== null && (run.verdict?.state ?? "none") !== verdict) return false;
    if (words.length === 0) return true;
    const text = [run.title, run.name, run.technique, run.base, ...run.datasets]
      .join(" ")
      .toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
  return fitting.sort(orders[sort]);
}

const orders: Readonly<Record<RunFilter["sort"], (one: Run, other: Run) => number>> = {
  newest: (one, other) => other.started.localeCompare(one.started),
  oldest: (one, other) => one.started.localeCompare(other.started),
  title: (one, other) =>
    one.title.localeCompare(other.title, undefined, { numeric: true }) ||
    other.started.localeCompare(one.started),
  longest: (one, other) => other.seconds - one.seconds,
};

/** Whether somebody should look at a run. */
export function needsAttention({
  state,
  verdict,
  keptStep,
}: Pick<Run, "state" | "verdict" | "keptStep">): boolean {
  if (state === "failed" || state === "interrupted") return true;
  switch (verdict?.state) {
    case "diverging":
    case "forgetting":
      return true;
    // What was learned before is kept: nothing is lost.
    case "overfitting":
      return !(state === "done" && keptStep !== undefined);
    case "nothing-happens":
      return state === "done";
    default:
      return false;
  }
}
