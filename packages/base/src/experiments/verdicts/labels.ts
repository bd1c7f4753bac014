/** @file What was true of a run: its best step, and the states that a judge should have found. */

import type { RunRecord, TruthPoint } from "./record.js";
import type { State } from "./replay.js";

/** The truth of a run. A state is open where the truth is too near to its border to be told. */
export interface Labels {
  readonly states: Readonly<Record<State, boolean | undefined>>;
  /** The step of the lowest smoothed G*; 0 where the base itself is better than every look. */
  readonly best: number;
}

/** Nearer to a border than this, changes of mean log-ratios are not told apart. */
const margin = 0.01;

const limits = {
  /** G* at the end above its lowest. */
  overfitting: 0.03,
  /** Loss of other things above the base's. */
  forgetting: 0.1,
  /** Share of things that are no longer recognised in drawings. */
  unrecognised: 0.1,
  /** Neither G* nor the loss of pictures in training falls below. */
  nothing: -0.02,
  /** G* and the loss of pictures in training end above the base's. */
  diverging: 0.05,
};

/** Labels a run by its truth alone. */
export function labelsOf(record: RunRecord): Labels {
  const points = truthFromStart(record);
  const smooth = smoothedTruth(record);
  const best = smooth.reduce((lowest, point) => (point.mean < lowest.mean ? point : lowest));
  const last = points.at(-1);
  const end = smooth.at(-1)?.mean ?? Number.NaN;
  const isCutOff = record.doneSteps < record.run.steps;
  // Both have to rise: a run that only overfits still gets better on its own pictures.
  const diverging = isCutOff
    ? true
    : above(Math.min(last?.fresh.mean ?? 0, last?.train ?? 0), limits.diverging);
  return {
    states: {
      diverging,
      overfitting: diverging === false ? above(end - best.mean, limits.overfitting) : undefined,
      forgetting: isCutOff ? undefined : forgetting(record),
      "nothing-happens": isCutOff ? false : nothingHappens(points, diverging),
    },
    best: best.step,
  };
}

/** G* of the start and of every look that has one. */
export function truthFromStart({ truth }: Pick<RunRecord, "truth">): TruthPoint[] {
  const start = {
    step: 0,
    fresh: { mean: 0, error: 0, sinceBest: 0 },
    train: 0,
    generic: 0,
    class: 0,
  };
  return [start, ...truth.filter(({ fresh }) => Number.isFinite(fresh.mean))];
}

/** G* averaged over each look and its neighbours. */
export function smoothedTruth(
  record: Pick<RunRecord, "truth">,
): { readonly step: number; readonly mean: number }[] {
  const points = truthFromStart(record);
  return points.map(({ step, fresh }, at) => {
    // The start is known exactly, and is no neighbour of what came of it.
    const near =
      at === 0 ? [fresh.mean] : points.slice(Math.max(1, at - 1), at + 2).map((p) => p.fresh.mean);
    return { step, mean: near.reduce((sum, value) => sum + value, 0) / near.length };
  });
}

function forgetting(record: RunRecord): boolean | undefined {
  const lost = above(truthFromStart(record).at(-1)?.generic ?? Number.NaN, limits.forgetting);
  const recognised = record.drawn.flatMap(({ unrelated }) => unrelated ?? []);
  const [before = Number.NaN] = recognised;
  const unrecognised = before - (recognised.at(-1) ?? Number.NaN) >= limits.unrecognised;
  return unrecognised || lost;
}

function nothingHappens(
  points: readonly TruthPoint[],
  diverging: boolean | undefined,
): boolean | undefined {
  if (diverging !== false) return diverging === true ? false : undefined;
  return above(
    Math.min(...points.flatMap(({ fresh, train }) => [fresh.mean, train])),
    limits.nothing,
  );
}

/** Open within the margin. */
function above(value: number, limit: number): boolean | undefined {
  if (!Number.isFinite(value)) return undefined;
  return Math.abs(value - limit) <= margin ? undefined : value > limit;
}
