/** @file What the looks so far say: the signals that states are judged by. */

import type { Learned, LearnedBank, Moved } from "../core/verdict.js";
import { movedOf } from "./drawn-distance.js";
import type { Measured, UsableBank, UsableBanks } from "./measured.js";
import { layOut, learnedOf, type RowLayout, rowMean, type Uncertain } from "./row-mean.js";
import { changesSinceBest, smallestAt, smoothed } from "./worsening.js";

/** A run as its signals need it. */
export interface WatchedRun {
  readonly banks: UsableBanks;
  readonly layouts: { readonly learned: RowLayout; readonly train: RowLayout };
  /** Steps that it is to have. */
  readonly steps: number;
}

/** All whole looks up to one; the start is the first of them. */
export type Points = readonly [start: Measured, ...looks: Measured[]];

/** Signals at the last of some points. */
export interface Signals {
  readonly step: number;
  /** Of pictures held out, or of echoes. */
  readonly learned: Learned;
  readonly train: Learned;
  /** Among the points: the one of the lowest smoothed error. */
  readonly best: number;
  /** The change of `learned` since the best look, cross-fitted. */
  readonly worsening: Learned;
  /** The same, for tests. */
  readonly worsened: Uncertain;
  readonly generic: Moved | undefined;
  readonly class: Moved | undefined;
}

/** A run to be judged. */
export function watchedRun(banks: UsableBanks, steps: number): WatchedRun {
  const layouts = { learned: layOut(banks.learned.rows), train: layOut(banks.train.rows) };
  return { banks, layouts, steps };
}

/** What the points say. */
export function signalsAt(run: WatchedRun, points: Points): Signals {
  const { banks, layouts } = run;
  const last = lastOf(points);
  const changes = changesSinceBest(banks.learned, points);
  const levels = points.map(({ learned }) => rowMean(layouts.learned, learned).value);
  const moved = (name: "generic" | "class") => {
    const looks = points.slice(1).map((point) => ({ step: point.step, distances: point[name] }));
    const bank: UsableBank | undefined = banks[name];
    return bank && looks.length > 0 ? movedOf(bank, looks, run.steps) : undefined;
  };
  return {
    step: last.step,
    learned: learnedOf(layouts.learned, last.learned),
    train: learnedOf(layouts.train, last.train),
    best: smallestAt(smoothed(levels)),
    worsening: learnedOf(layouts.learned, changes),
    worsened: rowMean(layouts.learned, changes),
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
