/** @file What a tune does next, and what it has decided so far: a pure function of what its probes have measured. */

import { type Candidate, candidatesOf, choose, halve } from "./compare-probes.js";
import type { TuneDecision } from "./decision.js";
import { fastProbe, usualSteps } from "./fast-probe.js";
import { bestOf } from "./measure-probe.js";
import {
  type Cohort,
  enoughMinutes,
  planDefaults,
  planFactors,
  planFast,
  planFaster,
  planFinal,
  planRange,
  planSlower,
} from "./plan-probes.js";
import type { Pace, ProbePlan, ProbeRecord } from "./probe.js";
import type { TuneSettings } from "./settings.js";

/** A probe that is to begin or to go on. */
export interface Upcoming {
  readonly plan: ProbePlan;
  /** Whether it waits at its rung. */
  readonly until: "rung" | "end";
}

/** Where a tune stands. */
export interface Standing {
  /** In the order in which they were made. */
  readonly decisions: readonly TuneDecision[];
  /** None where all is done. */
  readonly next: Upcoming | undefined;
  /** The probe whose settings were chosen. */
  readonly chosen?: Candidate;
}

/**
 * Where a tune stands.
 * @param records of probes that have come to their rung or end, in the order in which they began
 */
export function standingOf(settings: TuneSettings, records: readonly ProbeRecord[]): Standing {
  const tune: Tune = { settings, records, decisions: [] };
  return afterRange(tune) ?? afterFast(tune) ?? afterRates(tune) ?? atEnd(tune);
}

/** By so much a final training may cost more than its probe, which was chosen for being good: that is luck. */
const leastLoss = 0.03;

interface Tune {
  readonly settings: TuneSettings;
  readonly records: readonly ProbeRecord[];
  /** Are added to. */
  readonly decisions: TuneDecision[];
}

const find = ({ records }: Tune, id: string): ProbeRecord | undefined =>
  records.find(({ plan }) => plan.id === id);

const unknownPace: Pace = { secondsPerStep: 0, secondsPerLook: 0, startSeconds: 0 };

/** What everything after the range test is planned by. */
const paceOf = (tune: Tune): Pace => find(tune, "range")?.pace ?? unknownPace;

const ended = ({ records }: Tune): ProbeRecord[] =>
  records.filter(({ end, plan }) => end !== undefined && isCompared(plan));

/** Neither a range test nor what comes of it all. */
const isCompared = ({ stage }: ProbePlan): boolean =>
  stage === "fast" || stage === "rates" || stage === "factors";

const toEnd = ({ decisions }: Tune, plan: ProbePlan): Standing => ({
  decisions,
  next: { plan, until: "end" },
});

/** Nothing can be tuned: the settings are trained as they are. */
function withDefaults(tune: Tune, why: TuneDecision): Standing {
  tune.decisions.push(why);
  const plan = planDefaults(tune.settings);
  if (find(tune, plan.id)?.end === undefined) return toEnd(tune, plan);
  return { decisions: tune.decisions, next: undefined };
}

function tooShort({ settings }: Tune, range: ProbeRecord): TuneDecision {
  const expectedSteps = fastProbe(settings, range)?.expectedSteps ?? usualSteps(settings);
  const enough = enoughMinutes(settings, { pace: range.pace ?? unknownPace, expectedSteps });
  return { code: "too-short", minutes: settings.minutes, enough };
}

function afterRange(tune: Tune): Standing | undefined {
  const plan = planRange(tune.settings);
  const range = find(tune, plan.id);
  if (range?.end === undefined) return toEnd(tune, plan);
  if (range.end === "nothing-held-out") return withDefaults(tune, { code: "nothing-held-out" });
  if (range.end === "too-slow") return withDefaults(tune, tooShort(tune, range));
  const probe = fastProbe(tune.settings, range);
  if (range.limit === undefined || probe === undefined) {
    return withDefaults(tune, { code: "nothing-measured" });
  }
  tune.decisions.push({ code: "highest-rate", ...range.limit });
  const fast = planFast(tune.settings, { fast: probe, records: [range], pace: paceOf(tune) });
  if (fast === undefined) return withDefaults(tune, tooShort(tune, range));
  return find(tune, fast.id)?.end === undefined ? toEnd(tune, fast) : undefined;
}

function afterFast(tune: Tune): Standing | undefined {
  const [range, fast] = [find(tune, "range"), find(tune, "fast")];
  const planned = range && fastProbe(tune.settings, range);
  if (range === undefined || fast?.end === undefined || planned === undefined) return undefined;
  const { points, plan, end } = fast;
  const best = bestOf(points);
  const isStillLearning = end === "last-step" && best !== undefined && best === points.at(-1);
  const { learningRate: rate } = plan;
  tune.decisions.push({ code: "fast-probe", rate, step: best?.step ?? 0, end, isStillLearning });
  const records = [range, fast];
  const measured = { fast, planned, bestStep: best?.step, records, pace: paceOf(tune) };
  const { settings } = tune;
  const cohort = isStillLearning ? planFaster(settings, measured) : planSlower(settings, measured);
  const { tried, left } = cohort;
  if (tried.length + left.length > 0) tune.decisions.push({ code: "rates", tried, left });
  return race(tune, cohort, fast);
}

function afterRates(tune: Tune): Standing | undefined {
  const { settings } = tune;
  const records = tune.records.filter(({ plan }) => plan.stage !== "factors" && isOfProbes(plan));
  const rated = records.filter(({ plan, end }) => end !== undefined && isCompared(plan));
  const best = choose(candidatesOf(rated), settings.prefer)?.chosen;
  if (best === undefined) return withDefaults(tune, { code: "nothing-measured" });
  const { id, learningRate } = best.record.plan;
  tune.decisions.push({ code: "rate", id, rate: learningRate });
  const classPrompt = records.find((record) => record.classPrompt !== undefined)?.classPrompt;
  const cohort = planFactors(settings, { best, records, classPrompt, pace: paceOf(tune) });
  if (cohort.tried.length + cohort.left.length === 0) return undefined;
  tune.decisions.push({ code: "factors", tried: cohort.tried, left: cohort.left });
  return race(tune, cohort, best.record);
}

const isOfProbes = (plan: ProbePlan): boolean => plan.stage === "range" || isCompared(plan);

function atEnd(tune: Tune): Standing {
  const { settings, records, decisions } = tune;
  const choice = choose(candidatesOf(ended(tune)), settings.prefer);
  if (choice === undefined) return withDefaults(tune, { code: "nothing-measured" });
  const { chosen, over, dominated } = choice;
  decisions.push({
    code: "chosen",
    id: chosen.record.plan.id,
    ...(over === undefined ? {} : { over: over.record.plan.id }),
    dominated: dominated.map(({ record }) => record.plan.id),
    beatsBase: chosen.best.cost < 0,
  });
  const probes = records.filter(({ plan }) => isOfProbes(plan));
  const { plan, wanted } = planFinal(settings, { chosen, records: probes, pace: paceOf(tune) });
  decisions.push({ code: "final", steps: plan.steps, wanted });
  const final = find(tune, plan.id);
  if (final?.end === undefined) return { decisions, next: { plan, until: "end" }, chosen };
  const best = bestOf(final.points);
  if (best !== undefined) {
    const isWorse = best.cost > chosen.best.cost + leastLoss;
    const { step } = chosen.best;
    decisions.push({ code: "outcome", id: chosen.record.plan.id, step, isWorse });
  }
  return { decisions, next: undefined, chosen };
}

/**
 * Probes up to their rungs, one after the other; then the better half of them, and of the one that they are held
 * against, to the end.
 * @returns nothing where all that go on have ended
 */
function race(tune: Tune, { plans }: Cohort<unknown>, against: ProbeRecord): Standing | undefined {
  const records: ProbeRecord[] = [];
  for (const plan of plans) {
    const record = find(tune, plan.id);
    if (record === undefined) {
      return { decisions: tune.decisions, next: { plan, until: "rung" } };
    }
    records.push(record);
  }
  if (records.length === 0) return undefined;
  const sums = plans.map(({ rung, steps, learningRate }) => (rung ?? steps) * learningRate);
  const { kept, left } = halve([against, ...records], Math.min(...sums));
  const idsOf = (some: readonly ProbeRecord[]) => some.map(({ plan }) => plan.id);
  tune.decisions.push({ code: "halved", kept: idsOf(kept), left: idsOf(left) });
  const going = records.find((record) => kept.includes(record) && record.end === undefined);
  return going && toEnd(tune, going.plan);
}
