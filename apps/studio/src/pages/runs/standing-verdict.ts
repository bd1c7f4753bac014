/** @file Of all that was said of a run, what holds and is the gravest. */

import { verdictStates } from "@atelier/diffusion/core";
import type { Curves, Run } from "@atelier/server/api";

/**
 * The verdict to be said first. Several states hold beside each other, and each is told only when it begins: what holds
 * is known from where states end.
 */
export function standingVerdict(
  run: Pick<Run, "verdict">,
  curves: Pick<Curves, "states" | "verdicts"> | undefined,
): Run["verdict"] {
  const { states = [], verdicts = [] } = curves ?? {};
  const last = Math.max(...states.map(({ to }) => to));
  const gravest = verdictStates.find((state) =>
    states.some((span) => span.state === state && span.to === last),
  );
  return verdicts.findLast(({ state }) => state === gravest) ?? run.verdict;
}
