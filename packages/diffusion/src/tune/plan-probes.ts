/** @file The probes of a tune, each planned by what those before it have measured: steps, rungs, and what there is time for. */

import { learningRateSchedule } from "../train/plan/learning-rate.js";
import { looksOf, looksOfOne, secondsOf, shares, spentSeconds, stepsWithin, watchShare } from "./budget.js";
import type { Candidate } from "./compare-probes.js";
import type { FactorChange, Pace, ProbePlan, ProbeRecord } from "./probe.js";
import { rowsPerStep, type TuneSettings } from "./settings.js";

/** The rate of a range test: from the usual one over `below` on, times `factor` at each step. */
export const rangeTest = { steps: 80, factor: 1.12, below: 100, everySteps: 5 } as const;

/** The fast probe's rate is that which breaks the training, over this. */
const fastDivisor = 3;

/** Lower rates, over the fast probe's. */
const slower = [2, 4, 8];

/** Looks are so many times the steps of those before apart. */
const stride = 1.3;

/** A probe goes on past the step at which it should be best, to see that it was: by two looks, or three. */
const beyond = { rate: stride ** 2, factor: stride ** 3 };

/** Where probes wait for each other, as a share of the steps to the best one. */
const rungShare = 1 / 3;

/** A fast probe may take so many times the steps that are expected; fewer steps tell nothing. */
const fastSteps = { times: 3, least: 24 };

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

/** The sum of all rates of the settings as they are: how far they train. */
export function usualRateSum({ config }: TuneSettings): number {
  const { schedule, learningRate, steps } = config;
  const rateAt = learningRateSchedule({ ...schedule, learningRate, steps });
  return Array.from({ length: steps }, (_, index) => rateAt(index + 1)).reduce((a, b) => a + b, 0);
}

/** Steps at a rate after which a training is expected to be best: as far as the usual settings go. */
function expectedSteps(settings: TuneSettings, rate: number): number {
  return Math.max(fastSteps.least, Math.ceil(usualRateSum(settings) / rate));
}

/** Minutes in which a tune has at least a range test, a fast probe and a final training. */
export function enoughMinutes(
  settings: TuneSettings,
  { pace, rate = settings.config.learningRate }: { readonly pace: Pace; readonly rate?: number },
): number {
  const steps = expectedSteps(settings, rate);
  const range = secondsOf({ steps: rangeTest.steps, looks: rangeLooks }, pace);
  const fast = secondsOf({ steps, looks: looksOfOne }, pace);
  const final = secondsOf({ steps: finalTimes * steps, looks: looksOfOne }, pace);
  const seconds = Math.max((range + fast) / shares.rates, final / shares.final);
  return Math.max(settings.minutes + 1, Math.ceil(seconds / 60));
}

/** The rate of the fast probe, with as many digits as a person wants to read. */
export const fastRate = (limit: number): number => Number((limit / fastDivisor).toPrecision(3));

/** A training at a high rate, for as long as there is time; nothing where it could not come far enough. */
export function planFast(settings: TuneSettings, range: ProbeRecord): ProbePlan | undefined {
  const { limit, pace } = range;
  if (limit === undefined) return undefined;
  const learningRate = fastRate(limit.rate);
  const expected = expectedSteps(settings, learningRate);
  const left = budgetOf(settings, shares.rates) - spentSeconds([range]);
  const most = stepsWithin(left, { looks: looksOfOne, pace });
  const final = stepsWithin(budgetOf(settings, shares.final), { looks: looksOfOne, pace });
  if (Math.min(most, final) < expected) return undefined;
  const wanted = Math.max(fastSteps.times * expected, settings.config.steps);
  return { id: "fast", stage: "fast", learningRate, steps: Math.min(most, wanted) };
}

/** Probes for which there is time, and those for which there is none. */
export interface Cohort<What> {
  readonly plans: readonly ProbePlan[];
  readonly tried: readonly What[];
  readonly left: readonly What[];
}

/** Lower rates than the fast probe's, as far as it went. */
export function planRates(
  settings: TuneSettings,
  { fast, bestStep, records }: {
    readonly fast: ProbeRecord;
    readonly bestStep: number | undefined;
    readonly records: readonly ProbeRecord[];
  },
): Cohort<number> {
  const { pace } = fast;
  const reach = bestStep ?? expectedSteps(settings, fast.plan.learningRate);
  const all = slower.map((times) => {
    const learningRate = fast.plan.learningRate / times;
    const best = reach * times;
    const steps = Math.ceil(beyond.rate * best);
    const id = `rate-${fastDivisor * times}`;
    const plan = withRung(settings, { id, stage: "rates", learningRate, steps }, best);
    return { plan, what: learningRate, pace, best };
  });
  const final = stepsWithin(budgetOf(settings, shares.final), { looks: looksOfOne, pace });
  const short = all.filter(({ best }) => finalTimes * best <= final);
  const seconds = budgetOf(settings, shares.rates) - spentSeconds(records);
  return within(settings, { seconds, wanted: short, all });
}

/** Other changes at the best rate. */
export function planFactors(
  settings: TuneSettings,
  { best, records, classPrompt }: {
    readonly best: Candidate;
    readonly records: readonly ProbeRecord[];
    readonly classPrompt: string | undefined;
  },
): Cohort<FactorChange> {
  const { plan, pace } = best.record;
  const steps = Math.ceil(beyond.factor * best.best.step);
  const wanted = changesOf(settings, classPrompt).map((change) => {
    const own = { id: idOf(change), stage: "factors", change, steps } as const;
    const { learningRate } = plan;
    const times = change.kind === "prior" ? priorTakes : 1;
    return {
      plan: withRung(settings, { ...own, learningRate }, best.best.step),
      what: change,
      pace: { ...pace, secondsPerStep: times * pace.secondsPerStep },
    };
  });
  const seconds = budgetOf(settings, shares.rates + shares.factors) - spentSeconds(records);
  return within(settings, { seconds, wanted, all: wanted });
}

/** The final training, whose rate falls, and the steps that it should have. */
export function planFinal(
  settings: TuneSettings,
  { chosen, records }: { readonly chosen: Candidate; readonly records: readonly ProbeRecord[] },
): { readonly plan: ProbePlan; readonly wanted: number } {
  const { plan: probe, pace } = chosen.record;
  const wanted = finalTimes * chosen.best.step;
  const left = budgetOf(settings, 1) - spentSeconds(records);
  const seconds = Math.max(left, budgetOf(settings, shares.final));
  const steps = Math.min(wanted, Math.max(2, stepsWithin(seconds, { looks: looksOfOne, pace })));
  const { learningRate, change } = probe;
  const plan: ProbePlan = {
    ...{ id: "final", stage: "final", learningRate, steps },
    ...(change === undefined ? {} : { change }),
    ...(chosen.best.cost < 0 ? {} : { keepsLowestError: true }),
  };
  return { plan, wanted };
}

/** The settings as they are, in full. */
export function planDefaults({ config }: TuneSettings): ProbePlan {
  const { learningRate, steps } = config;
  return { id: "defaults", stage: "defaults", learningRate, steps, keepsLowestError: true };
}

/** With the look at which it waits, nearest to a third of the way to the best one. */
function withRung({ config }: TuneSettings, plan: ProbePlan, best: number): ProbePlan {
  const rows = rowsPerStep(config);
  const share = watchShare({ steps: plan.steps, rowsPerStep: rows });
  const looks = looksOf({ steps: plan.steps, rowsPerStep: rows, share });
  const distance = (step: number) => Math.abs(Math.log(step / (rungShare * best)));
  const [rung] = looks.toSorted((one, other) => distance(one) - distance(other));
  return rung === undefined || rung === plan.steps ? plan : { ...plan, rung };
}

interface Wanted<What> {
  readonly plan: ProbePlan;
  readonly what: What;
  readonly pace: Pace;
}

/** As many of the first as there is time for, if the longest of them go on past their rungs. */
function within<What>(
  settings: TuneSettings,
  { seconds, wanted, all }: {
    readonly seconds: number;
    readonly wanted: readonly Wanted<What>[];
    readonly all: readonly Wanted<What>[];
  },
): Cohort<What> {
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
