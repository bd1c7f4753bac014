/** @file The probes of a tune, each planned by what those before it have measured: steps, rungs, and what there is time for. */

import {
  looksOf,
  looksOfOne,
  secondsOf,
  shares,
  spentSeconds,
  stepsWithin,
  watchShare,
} from "./budget.js";
import type { Candidate } from "./compare-probes.js";
import type { FastProbe } from "./fast-probe.js";
import type { FactorChange, Pace, ProbePlan, ProbeRecord } from "./probe.js";
import { rangeTest } from "./range-limit.js";
import { rowsPerStep, type TuneSettings } from "./settings.js";

/** Other rates: the fast probe's over these, or times these. */
const slower = [2, 4, 8];
const faster = [2, 4];

/** Looks are so many times the steps of those before apart. */
const stride = 1.3;

/** A probe goes on past the step at which it should be best, to see that it was: by two looks, or three. */
const beyond = { rate: stride ** 2, factor: stride ** 3 };

/** Where probes wait for each other, as a share of the steps to the best one. */
const rungShare = 1 / 3;

/** Times the steps after which it should be best, or in all, a fast probe takes so many, and needs so many. */
const fastSteps = { most: { times: 6, all: 96 }, least: { times: 1.5, all: 24 } };

const fastStepsOf = (amount: keyof typeof fastSteps, expected: number): number =>
  Math.max(fastSteps[amount].all, Math.ceil(fastSteps[amount].times * expected));

/** A rate that falls to 0 takes twice the steps for the same sum of rates. */
const finalTimes = 2;

/** What a step takes beside the prediction of the base, over one without. */
const priorTakes = 1.5;

const budgetOf = ({ minutes }: TuneSettings, share: number): number => 60 * minutes * share;

/** A training whose rate rises until it breaks. */
export function planRange({ config }: TuneSettings): ProbePlan {
  return {
    id: "range",
    stage: "range",
    learningRate: config.learningRate / rangeTest.below,
    steps: rangeTest.steps,
  };
}

const rangeLooks = rangeTest.steps / rangeTest.everySteps;

/** Whether there is time for a range test and something after it. */
export function fitsRange(settings: TuneSettings, pace: Pace): boolean {
  const seconds = secondsOf({ steps: rangeTest.steps, looks: rangeLooks }, pace);
  return seconds <= budgetOf(settings, shares.rates);
}

/** Minutes in which a tune has at least a range test, a fast probe and a final training. */
export function enoughMinutes(
  settings: TuneSettings,
  { pace, expectedSteps }: { readonly pace: Pace; readonly expectedSteps: number },
): number {
  const range = secondsOf({ steps: rangeTest.steps, looks: rangeLooks }, pace);
  const least = fastStepsOf("least", expectedSteps);
  const fast = secondsOf({ steps: least, looks: looksOfOne }, pace);
  const final = secondsOf({ steps: finalTimes * expectedSteps, looks: looksOfOne }, pace);
  const seconds = Math.max((range + fast) / shares.rates, final / shares.final);
  return Math.max(settings.minutes + 1, Math.ceil(seconds / 60));
}

/** What probes so far have measured. */
export interface Measured {
  readonly records: readonly ProbeRecord[];
  /** Of the range test. */
  readonly pace: Pace;
}

/** A training at a high rate, for as long as there is time; nothing where it could not come past its best. */
export function planFast(
  settings: TuneSettings,
  { fast, records, pace }: Measured & { readonly fast: FastProbe },
): ProbePlan | undefined {
  const { learningRate, expectedSteps } = fast;
  const left = budgetOf(settings, shares.rates) - spentSeconds(records, pace);
  const most = stepsWithin(left, { looks: looksOfOne, pace });
  const final = stepsWithin(budgetOf(settings, shares.final), { looks: looksOfOne, pace });
  const least = fastStepsOf("least", expectedSteps);
  if (most < least || final < expectedSteps) return undefined;
  const steps = Math.min(most, fastStepsOf("most", expectedSteps));
  return { id: "fast", stage: "fast", learningRate, steps };
}

/** Probes for which there is time, and those for which there is none. */
export interface Cohort<What> {
  readonly plans: readonly ProbePlan[];
  readonly tried: readonly What[];
  readonly left: readonly What[];
}

/** What other rates follow from. */
export interface Rated extends Measured {
  readonly fast: ProbeRecord;
  /** As it was planned. */
  readonly planned: FastProbe;
  /** None where it fell apart at once. */
  readonly bestStep: number | undefined;
}

/** Lower rates than the fast probe's, which are to come as far as it did. */
export function planSlower(
  settings: TuneSettings,
  { fast, planned, bestStep = planned.expectedSteps, records, pace }: Rated,
): Cohort<number> {
  const all = slower.map((times) => {
    const learningRate = fast.plan.learningRate / times;
    const best = bestStep * times;
    const id = `slower-${times}`;
    const steps = Math.ceil(beyond.rate * best);
    const plan = withRung(settings, { id, stage: "rates", learningRate, steps }, rungShare * best);
    return { plan, what: learningRate, pace, best };
  });
  const final = stepsWithin(budgetOf(settings, shares.final), { looks: looksOfOne, pace });
  const wanted = all.filter(({ best }) => finalTimes * best <= final);
  const seconds = budgetOf(settings, shares.rates) - spentSeconds(records, pace);
  return within({ seconds, wanted, all });
}

/** Higher rates than that of a fast probe that was still getting better, which come further in as many steps. */
export function planFaster(
  settings: TuneSettings,
  { fast, planned, records, pace }: Rated,
): Cohort<number> {
  const { steps } = fast.plan;
  const all = faster.flatMap((times) => {
    const learningRate = fast.plan.learningRate * times;
    if (learningRate > planned.highestRate) return [];
    const own = { id: `faster-${times}`, stage: "rates", learningRate, steps } as const;
    // Where it has come as far as the fast probe has in all.
    return [{ plan: withRung(settings, own, steps / times), what: learningRate, pace }];
  });
  const seconds = budgetOf(settings, shares.rates + shares.factors) - spentSeconds(records, pace);
  return within({ seconds, wanted: all, all });
}

/** Other changes at the best rate. */
export function planFactors(
  settings: TuneSettings,
  {
    best,
    records,
    pace,
    classPrompt,
  }: Measured & { readonly best: Candidate; readonly classPrompt: string | undefined },
): Cohort<FactorChange> {
  const { plan } = best.record;
  const steps = Math.ceil(beyond.factor * best.best.step);
  const wanted = changesOf(settings, classPrompt).map((change) => {
    const own = { id: idOf(change), stage: "factors", change, steps } as const;
    const { learningRate } = plan;
    return {
      plan: withRung(settings, { ...own, learningRate }, rungShare * best.best.step),
      what: change,
      pace: paceWith(pace, change),
    };
  });
  const seconds = budgetOf(settings, shares.rates + shares.factors) - spentSeconds(records, pace);
  return within({ seconds, wanted, all: wanted });
}

/** The final training, whose rate falls, and the steps that it should have. */
export function planFinal(
  settings: TuneSettings,
  { chosen, records, pace }: Measured & { readonly chosen: Candidate },
): { readonly plan: ProbePlan; readonly wanted: number } {
  const { plan: probe } = chosen.record;
  const wanted = finalTimes * chosen.best.step;
  const left = budgetOf(settings, 1) - spentSeconds(records, pace);
  const seconds = Math.max(left, budgetOf(settings, shares.final));
  const perStep = { looks: looksOfOne, pace: paceWith(pace, probe.change) };
  const steps = Math.min(wanted, Math.max(2, stepsWithin(seconds, perStep)));
  const { learningRate, change } = probe;
  const plan: ProbePlan = {
    ...{ id: "final", stage: "final", learningRate, steps },
    ...(change === undefined ? {} : { change }),
    ...(chosen.best.cost < 0 ? {} : { keepsLowestError: true }),
  };
  return { plan, wanted };
}

function paceWith(pace: Pace, change: FactorChange | undefined): Pace {
  const times = change?.kind === "prior" ? priorTakes : 1;
  return { ...pace, secondsPerStep: times * pace.secondsPerStep };
}

/** The settings as they are, in full. */
export function planDefaults({ config }: TuneSettings): ProbePlan {
  const { learningRate, steps } = config;
  return { id: "defaults", stage: "defaults", learningRate, steps, keepsLowestError: true };
}

/** With the look at which it waits, the nearest to a step. */
function withRung({ config }: TuneSettings, plan: ProbePlan, near: number): ProbePlan {
  const rows = rowsPerStep(config);
  const share = watchShare({ steps: plan.steps, rowsPerStep: rows });
  const looks = looksOf({ steps: plan.steps, rowsPerStep: rows, share });
  const distance = (step: number) => Math.abs(Math.log(step / near));
  const [rung] = looks.toSorted((one, other) => distance(one) - distance(other));
  return rung === undefined || rung === plan.steps ? plan : { ...plan, rung };
}

interface Wanted<What> {
  readonly plan: ProbePlan;
  readonly what: What;
  readonly pace: Pace;
}

/** As many of the first as there is time for, if the longest of them go on past their rungs. */
function within<What>({
  seconds,
  wanted,
  all,
}: {
  readonly seconds: number;
  readonly wanted: readonly Wanted<What>[];
  readonly all: readonly Wanted<What>[];
}): Cohort<What> {
  const counts = Array.from({ length: wanted.length + 1 }, (_, left) => wanted.length - left);
  const count = counts.find((some) => atMost(wanted.slice(0, some)) <= seconds) ?? 0;
  const tried = wanted.slice(0, count);
  const isTried = (one: Wanted<What>) => tried.includes(one);
  return {
    plans: tried.map(({ plan }) => plan),
    tried: tried.map(({ what }) => what),
    left: all.filter((one) => !isTried(one)).map(({ what }) => what),
  };
}

/** Seconds of all up to their rungs, and of those that go on: as many as stay beside the one that they are held against. */
function atMost(wanted: readonly Wanted<unknown>[]): number {
  const parts = wanted.map(({ plan: { steps, rung = steps }, pace }) => {
    const first = secondsOf({ steps: rung, looks: looksOfOne / 2 }, pace);
    return { first, rest: secondsOf({ steps: steps - rung, looks: looksOfOne / 2 }, pace) };
  });
  const staying = Math.ceil((wanted.length + 1) / 2);
  const rests = parts.map(({ rest }) => rest).sort((one, other) => other - one);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return sum(parts.map(({ first }) => first)) + sum(rests.slice(0, staying));
}

/** Ranks that are tried. */
const ranks = [4, 16, 64];

/** What may be better, by what is preferred: the first are tried where there is little time. */
function changesOf(
  { config: { lora, prior, tuning }, prefer, vary }: TuneSettings,
  classPrompt: string | undefined,
): FactorChange[] {
  const changes: FactorChange[] = [];
  const isVaried = (kind: FactorChange["kind"]) => vary.includes(kind);
  if (isVaried("prior") && prior === undefined && classPrompt !== undefined) {
    if (tuning !== "textual_inversion") changes.push({ kind: "prior", classPrompt });
  }
  if (isVaried("layers") && lora !== undefined) {
    const targets = lora.targets.join() === "attention" ? ["all"] : ["attention"];
    changes.push({ kind: "layers", targets });
  }
  if (isVaried("rank") && lora !== undefined) {
    const others = ranks.filter((rank) => rank !== lora.rank);
    const small = others.filter((rank) => rank < lora.rank).map(rankOf);
    const large = others.filter((rank) => rank > lora.rank).map(rankOf);
    changes.push(...(prefer === "likeness" ? [...large, ...small] : [...small, ...large]));
  }
  if (isVaried("parts") && tuning === "full") {
    changes.push({ kind: "parts", parts: ["cross-attention"] });
  }
  // What keeps comes last where likeness counts most.
  const isLate = ({ kind }: FactorChange) => prefer === "likeness" && kind === "prior";
  return [...changes.filter((one) => !isLate(one)), ...changes.filter(isLate)];
}

const rankOf = (rank: number): FactorChange => ({ kind: "rank", rank });

function idOf(change: FactorChange): string {
  switch (change.kind) {
    case "prior":
      return "prior";
    case "layers":
      return `layers-${change.targets.join("-")}`;
    case "rank":
      return `rank-${change.rank}`;
    case "parts":
      return `parts-${change.parts.join("-")}`;
  }
}
