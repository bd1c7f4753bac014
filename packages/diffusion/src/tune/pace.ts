/** @file What a probe takes, read off its log. */

import type { LoggedEvent } from "../train/folder/event-log.js";
import type { Pace } from "./probe.js";

/** Measured by the latest process that worked at the probe; nothing is 0. */
export function paceOf(events: readonly LoggedEvent[]): Pace {
  const steps = events.filter((event) => event.type === "step");
  const looks = events.filter((event) => event.type === "look");
  return {
    // A machine that is busy for a while is not as slow as that.
    secondsPerStep: median(steps.map(({ secondsPerStep }) => secondsPerStep)),
    secondsPerLook: median(looks.map(({ seconds }) => seconds)),
    startSeconds: startOf(events),
  };
}

/** From its plan to its first step. */
function startOf(events: readonly LoggedEvent[]): number {
  const planned = events.findLastIndex(({ type }) => type === "plan");
  const first = events.slice(planned).find(({ type }) => type === "step");
  const plan = events[planned];
  if (plan === undefined || first?.type !== "step") return 0;
  const seconds = (Date.parse(first.time) - Date.parse(plan.time)) / 1000;
  return Math.max(0, seconds - first.secondsPerStep);
}

function median(values: readonly number[]): number {
  const ordered = values.toSorted((one, other) => one - other);
  return ordered[ordered.length >> 1] ?? 0;
}
