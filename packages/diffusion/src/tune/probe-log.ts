/**
 * @file What the log of a probe's training says: whether the probe is over, since which look, and what it has measured.
 * Nothing that was logged after the look that ended a probe counts: how much of it there is, is chance.
 */

import type { LoggedEvent } from "../train/folder/event-log.js";
import { historyOf } from "../train/folder/watch-record.js";
import type { Look, WatchHistory } from "../verdicts/history.js";
import { usableBanks } from "../verdicts/measured.js";
import { endAfter, pointsOf } from "./measure-probe.js";
import { paceOf } from "./pace.js";
import { fitsRange } from "./plan-probes.js";
import type { ProbeEnd, ProbePlan, ProbeRecord, RangeLimit } from "./probe.js";
import { rateOfProbe } from "./probe-config.js";
import { limitAtEnd, type RangeLook, rangeLimit } from "./range-limit.js";
import type { TuneSettings } from "./settings.js";

/** A probe's log, and what it is read with. */
export interface ProbeLog {
  readonly settings: TuneSettings;
  readonly plan: ProbePlan;
  readonly events: readonly LoggedEvent[];
}

/** What a probe has measured, if its log says that it is over. */
export function endedProbe(log: ProbeLog): ProbeRecord | undefined {
  const { plan, events } = log;
  if (plan.stage === "final" || plan.stage === "defaults") {
    const done = events.at(-1);
    return done?.type === "done" ? recordOf(log, { end: "last-step", step: done.step }) : undefined;
  }
  const watch = events.findLast((event) => event.type === "watch");
  if (watch?.heldOut.length === 0) return recordOf(log, { end: "nothing-held-out", step: 0 });
  const history = historyOf(events);
  if (history === undefined) return undefined;
  return plan.stage === "range" ? endedRange(log, history) : endedByLooks(log, history);
}

/** What a probe has measured that waits at its rung, if its log says that it does. */
export function waitingProbe(log: ProbeLog): ProbeRecord | undefined {
  const { plan, events } = log;
  const { rung } = plan;
  const isThere = events.some((event) => event.type === "snapshot" && event.step === rung);
  return rung !== undefined && isThere ? recordOf(log, { step: rung }) : undefined;
}

/** What a probe has measured whose training broke off, since some number was not finite. */
export function brokenProbe(log: ProbeLog): ProbeRecord {
  const { plan, events } = log;
  const step = events.findLast((event) => event.type === "step")?.step ?? 0;
  if (plan.stage !== "range") return recordOf(log, { end: "broke", step });
  const broken = { rate: rateAt(log, step + 1), train: undefined };
  const limit = rangeLimit([...rangeLooks(log, historyOf(events)), broken]);
  return recordOf(log, { end: "found", step, ...(limit === undefined ? {} : { limit }) });
}

function endedByLooks(log: ProbeLog, history: WatchHistory): ProbeRecord | undefined {
  const { settings, plan } = log;
  for (const [index, { step }] of history.looks.entries()) {
    const looks = history.looks.slice(0, index + 1);
    const end = endAfter({ ...history, looks }, settings.prefer);
    if (end !== undefined) return recordOf(log, { end, step });
    if (step === plan.steps) return recordOf(log, { end: "last-step", step });
  }
  return undefined;
}

function endedRange(log: ProbeLog, history: WatchHistory): ProbeRecord | undefined {
  const { settings, plan, events } = log;
  const looks = rangeLooks(log, history);
  // At the first look a machine is still warming up.
  const [, second] = history.looks;
  if (second !== undefined && !fitsRange(settings, paceOf(upTo(events, second)))) {
    return recordOf(log, { end: "too-slow", step: second.step });
  }
  for (const [index, { step }] of history.looks.entries()) {
    const seen = looks.slice(0, index + 1);
    const limit = step === plan.steps ? limitAtEnd(seen) : rangeLimit(seen);
    if (limit !== undefined) return recordOf(log, { end: "found", step, limit });
  }
  return undefined;
}

function rangeLooks(log: ProbeLog, history: WatchHistory | undefined): RangeLook[] {
  if (history === undefined) return [];
  const trained = new Map(
    pointsOf(history, log.settings.prefer).map(({ step, train }) => [step, train]),
  );
  return history.looks.map(({ step }) => ({ rate: rateAt(log, step), train: trained.get(step) }));
}

const rateAt = ({ settings, plan }: ProbeLog, step: number): number =>
  rateOfProbe(settings, plan, step);

interface Reached {
  readonly end?: ProbeEnd;
  readonly limit?: RangeLimit;
  /** Of the look at which it was over. */
  readonly step: number;
}

function recordOf({ settings, plan, events }: ProbeLog, { step, ...over }: Reached): ProbeRecord {
  const history = historyOf(events);
  const looks = (history?.looks ?? []).filter((look) => look.step <= step);
  const last = looks.at(-1);
  const seen = history && last && { ...history, looks };
  const watch = events.findLast((event) => event.type === "watch");
  const { classPrompt, heldOut = [] } = watch ?? {};
  return {
    plan,
    ...over,
    points: seen === undefined ? [] : pointsOf(seen, settings.prefer),
    step,
    rows: seen === undefined ? [] : usableBanks(seen).learned.rows,
    heldOut,
    ...(classPrompt === undefined ? {} : { classPrompt }),
    ...(plan.stage === "range"
      ? { pace: paceOf(last === undefined ? events : upTo(events, last)) }
      : {}),
  };
}

/** Events up to a look. */
function upTo(events: readonly LoggedEvent[], { step }: Look): readonly LoggedEvent[] {
  return events.slice(
    0,
    1 + events.findLastIndex((event) => event.type === "look" && event.step === step),
  );
}
