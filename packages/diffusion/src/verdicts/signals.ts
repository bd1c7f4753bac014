/** @file What the looks so far say: the signals that states are judged by. */

import type { Learned, LearnedBank, Moved } from "../core/verdict.js";
import { movedOf } from "./drawn-distance.js";
import type { WatchHistory } from "./history.js";
import type { Measured, UsableBank, UsableBanks } from "./measured.js";
import { expectedRows, gainsUpTo, type Others, othersOf } from "./others.js";
import { layOut, learnedOf, type RowLayout, rowMean, sum, type Uncertain } from "./row-mean.js";
import { type Thresholds, usualThresholds } from "./thresholds.js";
import { bestLooks, changesSince, smallestAt, smoothed } from "./worsening.js";

/** A run as its signals need it. */
export interface WatchedRun {
  readonly banks: UsableBanks;
  readonly layouts: { readonly learned: RowLayout; readonly train: RowLayout };
  readonly others: Others;
  readonly smoothing: Thresholds["smoothing"];
  /** Steps that it is to have. */
  readonly steps: number;
  readonly priorSince: WatchHistory["priorSince"];
}

/** All whole looks up to one; the start is the first of them. */
export type Points = readonly [start: Measured, ...looks: Measured[]];

/** Signals at the last of some points. */
export interface Signals {
  readonly step: number;
  /** Of pictures held out, or of echoes. */
  readonly learned: Learned;
  readonly train: Learned;
  /** Of which only changes count: those that are to be expected of other pictures (see `others.ts`). */
  readonly expected: number;
  /** Among the points: the one of the lowest smoothed `expected`. */
  readonly best: number;
  /** The change of `learned` since the best look, cross-fitted. */
  readonly worsening: Learned;
  /** The change of `expected` since then, for tests. */
  readonly worsened: Uncertain;
  readonly generic: Moved | undefined;
  readonly class: Moved | undefined;
}

/** A run to be judged. */
export function watchedRun(
  banks: UsableBanks,
  { steps, trainedPictures, priorSince }: Omit<WatchHistory, "banks" | "start" | "looks">,
  { others, smoothing }: Pick<Thresholds, "others" | "smoothing"> = usualThresholds,
): WatchedRun {
  const layouts = { learned: layOut(banks.learned.rows), train: layOut(banks.train.rows) };
  const trained = trainedPictures ?? layouts.train.pictures.length;
  const known = { banks, layouts, others: othersOf(banks, trained, others) };
  return { ...known, smoothing, steps, priorSince };
}

/** What the points say. */
export function signalsAt(run: WatchedRun, points: Points): Signals {
  const { banks, layouts, others, smoothing } = run;
  const { shareOfGain, spread } = others;
  const last = lastOf(points);
  const lowest = lowestCounted(run, points);
  const expected = points.map((point) =>
    expectedRows(others, { train: layouts.train, lowest }, point),
  );
  const levels = expected.map((rows) => rowMean(layouts.learned, rows).value);
  const best = smallestAt(smoothed(levels, smoothing));
  const since = bestLooks(banks.learned, expected, smoothing);
  const worsened = rowMean(layouts.learned, changesSince(since, banks.learned, expected));
  const seen = points.map(({ learned }) => learned);
  const changes = changesSince(since, banks.learned, seen);
  const gain = changeBetween(run, "train", [points[best] ?? points[0], last]);
  const level = { spread: spread.level * Math.abs(levelAt(run, "train", last)) };
  const moved = (name: "generic" | "class") => {
    const looks = points.slice(1).map((point) => ({ step: point.step, distances: point[name] }));
    const bank: UsableBank | undefined = banks[name];
    return bank && looks.length > 0 ? movedOf(bank, looks, run.steps) : undefined;
  };
  return {
    step: last.step,
    learned: learnedOf(layouts.learned, last.learned, level),
    train: learnedOf(layouts.train, last.train, level),
    expected: levels.at(-1) ?? 0,
    best,
    worsening: learnedOf(layouts.learned, changes, {
      // Pictures do not differ by more than their rows do: where nothing has changed, nothing differs.
      spread: Math.min(spread.change, rootMeanSquare(changes)),
      shift: worsened.value - rowMean(layouts.learned, changes).value,
    }),
    worsened: {
      ...worsened,
      standardError: Math.hypot(worsened.standardError, shareOfGain * gain.standardError),
    },
    generic: moved("generic"),
    class: moved("class"),
  };
}

/** The change of a bank of pictures between two points. */
export function changeBetween(
  { layouts }: WatchedRun,
  name: "learned" | "train",
  [from, to]: readonly [from: Measured, to: Measured],
): Uncertain {
  return rowMean(
    layouts[name],
    to[name].map((value, row) => value - (from[name][row] ?? 0)),
  );
}

/** The change from one of some points to the last that is to be expected of other pictures. */
export function expectedChange(run: WatchedRun, points: Points, from: Measured): number {
  const { layouts, others } = run;
  const lowest = lowestCounted(run, points);
  const [before, after] = [from, lastOf(points)].map((point) => {
    const rows = expectedRows(others, { train: layouts.train, lowest }, point);
    return rowMean(layouts.learned, rows).value;
  });
  return (after ?? 0) - (before ?? 0);
}

const lowestCounted = (run: WatchedRun, points: Points): number =>
  gainsUpTo(
    run.others,
    points.map((point) => levelAt(run, "learned", point)),
  );

/** The mean log-ratio of a bank of pictures at a point. */
export function levelAt(
  { layouts }: WatchedRun,
  name: "learned" | "train",
  point: Measured,
): number {
  return rowMean(layouts[name], point[name]).value;
}

/** What is learned is measured on it. */
export function bankOf({ banks }: WatchedRun): LearnedBank {
  return banks.learned.name === "echo" ? "echo" : "held-out";
}

/** There is always one. */
export function lastOf(points: Points): Measured {
  return points.at(-1) ?? points[0];
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(sum(values.map((value) => value ** 2)) / values.length);
}
