/**
 * @file Fits the constants of verdicts on recorded runs, one after the other on a coarse grid. What is chosen is the
 * middle of the values that are as good as the best: of runs as few as these the lowest alone is chance.
 */

import type { Thresholds } from "@atelier/diffusion/verdicts";
import type { State } from "./replay.js";
import type { Scores } from "./scores.js";

/** What a constant is chosen by: the less, the better; differences up to `tolerance` are none. */
export interface Criterion {
  readonly title: string;
  readonly of: (scores: Scores) => number;
  readonly tolerance: number;
  readonly unit: "share" | "runs";
}

/** A constant that can be fitted. */
export interface Constant {
  readonly title: string;
  /** In rising order. */
  readonly values: readonly number[];
  readonly get: (thresholds: Thresholds) => number;
  readonly set: (thresholds: Thresholds, value: number) => Thresholds;
  readonly criterion: Criterion;
}

/** What was tried of a constant, with all others as they were last chosen. */
export interface Tried {
  readonly constant: Constant;
  /** By value. */
  readonly losses: readonly number[];
  /** Values as good as the best one, without a gap. */
  readonly plateau: readonly number[];
  readonly chosen: number;
}

/** Constants, and how flat the choice of each is. */
export interface Fit {
  readonly thresholds: Thresholds;
  readonly tried: readonly Tried[];
}

/** A single run loses no more than this: else one that goes wrong decides everything. */
const mostRegret = 0.3;

const regret: Criterion = {
  title: "mean regret",
  of: ({ regret: { all } }) =>
    all.reduce((sum, each) => sum + Math.min(each, mostRegret), 0) / Math.max(1, all.length),
  tolerance: 0.002,
  unit: "share",
};

/** One run more or less is no reason for another constant. */
const wrong = (state: State): Criterion => ({
  title: `${state}: runs told wrongly`,
  of({ states }) {
    const score = states.find((each) => each.state === state);
    if (score === undefined) return 0;
    const { have, haveNot, found, cleared } = score;
    return have + haveNot - found - cleared;
  },
  tolerance: 1,
  unit: "runs",
});

const coverage = (of: "covered" | "coveredChanges"): Criterion => ({
  title: `${of === "covered" ? "levels" : "changes"} held, off 90 %`,
  of: ({ [of]: { intervals, held } }) => Math.abs(held / Math.max(1, intervals) - 0.9),
  tolerance: 0.02,
  unit: "share",
});

/** The constants that matter, in the order of what depends on what. */
export const constants: readonly Constant[] = [
  {
    title: "others.gain (κ)",
    values: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8],
    get: ({ others }) => others.gain,
    set: (all, gain) => ({ ...all, others: { ...all.others, gain } }),
    criterion: regret,
  },
  {
    title: "others.few",
    values: [0, 1, 2, 3, 4],
    get: ({ others }) => others.few,
    set: (all, few) => ({ ...all, others: { ...all.others, few } }),
    criterion: regret,
  },
  {
    title: "others.most (ρ)",
    values: [1, 2, 3, 4, 5, 6, 8],
    get: ({ others }) => others.most,
    set: (all, most) => ({ ...all, others: { ...all.others, most } }),
    criterion: regret,
  },
  {
    title: "smoothing.neighbour",
    values: [0, 0.125, 0.25, 0.5, 1],
    get: ({ smoothing }) => smoothing.neighbour,
    set: (all, neighbour) => ({ ...all, smoothing: { neighbour } }),
    criterion: regret,
  },
  {
    title: "others.spread.level",
    values: [0.1, 0.125, 0.15, 0.175, 0.2, 0.25, 0.3],
    get: ({ others }) => others.spread.level,
    set: (all, level) => withSpread(all, { level }),
    criterion: coverage("covered"),
  },
  {
    title: "others.spread.change",
    values: [0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.14, 0.2],
    get: ({ others }) => others.spread.change,
    set: (all, change) => withSpread(all, { change }),
    criterion: coverage("coveredChanges"),
  },
  {
    title: "overfitting.enter",
    values: [0.01, 0.02, 0.03, 0.04, 0.06, 0.08],
    get: ({ overfitting }) => overfitting.enter,
    set: (all, enter) => ({ ...all, overfitting: { ...all.overfitting, enter, leave: enter / 2 } }),
    criterion: wrong("overfitting"),
  },
  {
    title: "forgetting.generic",
    values: [0.05, 0.07, 0.1, 0.14, 0.2, 0.28],
    get: ({ forgetting }) => forgetting.generic,
    set: (all, generic) => ({ ...all, forgetting: { ...all.forgetting, generic } }),
    criterion: wrong("forgetting"),
  },
  {
    title: "forgetting.class",
    values: [0.15, 0.2, 0.3, 0.45, 0.6, 0.9],
    get: ({ forgetting }) => forgetting.class,
    set: (all, ofClass) => ({ ...all, forgetting: { ...all.forgetting, class: ofClass } }),
    criterion: wrong("forgetting"),
  },
  {
    title: "nothingHappens.chance",
    values: [0.01, 0.02, 0.03, 0.05, 0.08],
    get: ({ nothingHappens }) => nothingHappens.chance,
    set: (all, chance) => ({ ...all, nothingHappens: { ...all.nothingHappens, chance } }),
    criterion: wrong("nothing-happens"),
  },
  {
    title: "diverging.rise",
    values: [0.02, 0.03, 0.05, 0.08, 0.12],
    get: ({ diverging }) => diverging.rise,
    set: (all, rise) => ({ ...all, diverging: { ...all.diverging, rise } }),
    criterion: wrong("diverging"),
  },
];

function withSpread(all: Thresholds, change: Partial<Thresholds["others"]["spread"]>): Thresholds {
  return { ...all, others: { ...all.others, spread: { ...all.others.spread, ...change } } };
}

/**
 * Chooses each constant with the others as they are, twice, so that the first ones see what the last ones became.
 * @param scoresOf what a judge with these thresholds is worth
 */
export function fitThresholds(
  scoresOf: (thresholds: Thresholds) => Scores,
  {
    start,
    fitted = constants,
  }: { readonly start: Thresholds; readonly fitted?: readonly Constant[] },
): Fit {
  let thresholds = start;
  let tried: Tried[] = [];
  for (let round = 0; round < 2; round++) {
    tried = fitted.map((constant) => {
      const one = tryValues(scoresOf, thresholds, constant);
      thresholds = constant.set(thresholds, one.chosen);
      return one;
    });
  }
  return { thresholds, tried };
}

function tryValues(
  scoresOf: (thresholds: Thresholds) => Scores,
  thresholds: Thresholds,
  constant: Constant,
): Tried {
  const { values, get, set, criterion } = constant;
  const losses = values.map((value) => criterion.of(scoresOf(set(thresholds, value))));
  const best = losses.indexOf(Math.min(...losses));
  const isAsGood = (at: number) =>
    (losses[at] ?? Number.POSITIVE_INFINITY) <= (losses[best] ?? 0) + criterion.tolerance;
  let [from, to] = [best, best];
  while (isAsGood(from - 1)) from -= 1;
  while (isAsGood(to + 1)) to += 1;
  const plateau = values.slice(from, to + 1);
  // Where all values are as good, the runs say nothing of them.
  const middle = plateau[(plateau.length - 1) >> 1] ?? get(thresholds);
  const chosen = plateau.length === values.length ? get(thresholds) : middle;
  return { constant, losses, plateau, chosen };
}
