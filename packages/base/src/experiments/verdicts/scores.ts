/** @file How right a judge of trainings is: its outcomes on recorded runs beside what was true of them. */

import { labelsOf, truthFromStart } from "./labels.js";
import type { RunRecord } from "./record.js";
import {
  historyOf,
  type JudgeHistory,
  type Outcome,
  type ReplayOptions,
  type State,
  states,
} from "./replay.js";

/** A record with its labels and what a judge says. */
export interface JudgedRun {
  readonly record: RunRecord;
  readonly labels: ReturnType<typeof labelsOf>;
  readonly outcome: Outcome;
}

/** How often a state is told rightly. */
export interface StateScore {
  readonly state: State;
  /** Runs that have it, and those that surely have not. */
  readonly have: number;
  readonly haveNot: number;
  /** Of these, those that are told so. */
  readonly found: number;
  readonly cleared: number;
}

/** Shares of the gain, of runs that have one, in rising order. */
export interface Regret {
  readonly runs: number;
  readonly median: number;
  readonly ninetieth: number;
  readonly all: readonly number[];
}

/** What a judge is worth. */
export interface Scores {
  readonly runs: number;
  readonly states: readonly StateScore[];
  readonly regret: Regret;
  readonly stops: {
    /** Runs that it stops. */
    readonly stopped: number;
    /** Those that lose more than {@link tolerated}. */
    readonly false: number;
    /** Those that would have kept something so much better, had they gone on. */
    readonly early: number;
    /** Steps, as a share of those of all runs. */
    readonly saved: number;
  };
  /** 90 % intervals that hold the truth. */
  readonly covered: Coverage;
  /** The same of changes since the best look. */
  readonly coveredChanges: Coverage;
}

/** Intervals, and how many of them hold the truth. */
export interface Coverage {
  readonly intervals: number;
  readonly held: number;
}

/** Share of the gain that a stop may lose. */
const tolerated = 0.02;

/** Replays a judge on records. */
export function judgeRuns(
  records: readonly RunRecord[],
  judge: JudgeHistory,
  options: ReplayOptions = {},
): JudgedRun[] {
  return records.map((record) => ({
    record,
    labels: labelsOf(record),
    outcome: judge(historyOf(record, options)),
  }));
}

/** Scores what a judge said. */
export function scoreRuns(judged: readonly JudgedRun[]): Scores {
  return {
    runs: judged.length,
    states: states.map((state) => scoreState(judged, state)),
    regret: regretOf(judged.map(({ record, outcome }) => ({ record, kept: outcome.kept }))),
    stops: scoreStops(judged),
    covered: coverageOf(
      judged.flatMap(({ record, outcome }) =>
        outcome.intervals.map((told) => ({ ...told, truth: truthAt(record, told.step) })),
      ),
    ),
    coveredChanges: coverageOf(
      judged.flatMap(({ record, outcome }) =>
        outcome.changes.map((told) => ({
          ...told,
          truth: truthAt(record, told.step) - truthAt(record, told.since),
        })),
      ),
    ),
  };
}

/** Open labels count neither way. */
function scoreState(judged: readonly JudgedRun[], state: State): StateScore {
  const have = judged.filter(({ labels }) => labels.states[state] === true);
  const haveNot = judged.filter(({ labels }) => labels.states[state] === false);
  const isTold = ({ outcome }: JudgedRun) => outcome.atEnd.includes(state);
  return {
    state,
    have: have.length,
    haveNot: haveNot.length,
    found: have.filter(isTold).length,
    cleared: haveNot.filter((run) => !isTold(run)).length,
  };
}

/** A step that a rule keeps of a run. */
export interface KeptStep {
  readonly record: RunRecord;
  readonly kept: number;
}

/** Of runs that learn anything of their subject. */
export function regretOf(steps: readonly KeptStep[]): Regret {
  const all = steps
    .flatMap(({ record, kept }) => regretAt(record, kept) ?? [])
    .sort((a, b) => a - b);
  return { runs: all.length, median: quantile(all, 0.5), ninetieth: quantile(all, 0.9), all };
}

/**
 * `(G*(kept) − G*(best)) / |G*(best)|`, 0 at least: the best step is that of the lowest smoothed G*, which chance
 * alone does not choose. Nothing where the run has learned too little to lose a share of it.
 */
export function regretAt(record: RunRecord, kept: number): number | undefined {
  const { best, states: own } = labelsOf(record);
  const lowest = truthAt(record, best);
  if (own["nothing-happens"] !== false || best === 0) return undefined;
  return Math.max(0, truthAt(record, kept) - lowest) / Math.abs(lowest);
}

/** G* at any step: between looks on a line over the logarithm of steps. */
export function truthAt(record: RunRecord, step: number): number {
  const points = truthFromStart(record);
  const after = points.findIndex((point) => point.step >= step);
  const to = points[after === -1 ? points.length - 1 : after];
  const from = points[Math.max(0, after - 1)];
  if (to === undefined || from === undefined || to.step <= step) return to?.fresh.mean ?? 0;
  const place = (value: number) => Math.log1p(value);
  const share = (place(step) - place(from.step)) / (place(to.step) - place(from.step));
  return from.fresh.mean + share * (to.fresh.mean - from.fresh.mean);
}

function scoreStops(judged: readonly JudgedRun[]): Scores["stops"] {
  const stopped = judged.filter(({ outcome }) => outcome.stop !== undefined);
  const regretOfRun = ({ record }: JudgedRun, kept: number) => regretAt(record, kept) ?? 0;
  const lost = stopped.filter((run) => regretOfRun(run, run.outcome.kept) > tolerated);
  const early = stopped.filter((run) => {
    const { kept, keptAtEnd } = run.outcome;
    return regretOfRun(run, kept) - regretOfRun(run, keptAtEnd) > tolerated;
  });
  const all = judged.reduce((sum, { record }) => sum + record.run.steps, 0);
  const saved = stopped.reduce(
    (sum, { record, outcome }) => sum + record.run.steps - (outcome.stop ?? 0),
    0,
  );
  const counts = { stopped: stopped.length, false: lost.length, early: early.length };
  return { ...counts, saved: saved / all };
}

function coverageOf(
  told: readonly { readonly low: number; readonly high: number; readonly truth: number }[],
): Coverage {
  const held = told.filter(({ low, high, truth }) => low <= truth && truth <= high);
  return { intervals: told.length, held: held.length };
}

/** Spearman's, of pairs; what is equal has the mean of its ranks. */
export function rankCorrelation(pairs: readonly (readonly [number, number])[]): number {
  const [xs, ys] = [ranksOf(pairs.map(([x]) => x)), ranksOf(pairs.map(([, y]) => y))];
  const mean = (pairs.length - 1) / 2;
  const product = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, rank, at) => sum + (rank - mean) * ((b[at] ?? 0) - mean), 0);
  return product(xs, ys) / Math.sqrt(product(xs, xs) * product(ys, ys));
}

function ranksOf(values: readonly number[]): number[] {
  return values.map((value) => {
    const smaller = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return smaller + (equal - 1) / 2;
  });
}

/** Of values in rising order, between the two nearest. */
export function quantile(values: readonly number[], share: number): number {
  const at = share * (values.length - 1);
  const low = values[Math.floor(at)] ?? Number.NaN;
  const high = values[Math.ceil(at)] ?? Number.NaN;
  return low + (at - Math.floor(at)) * (high - low);
}
