/**
 * @file What a trained change does at several strengths, by the rows that runs are watched with, and which strength
 * is the best. The same signals as of a training's looks, with strengths in the place of steps.
 */

import { AtelierError, said } from "@atelier/engine";
import type { Estimate, Learned, Preference } from "../core/verdict.js";
import type { Banks, RowValues } from "./history.js";
import { costOf } from "./kept.js";
import { type Measured, measuredAt, measuredStart, usableBanks } from "./measured.js";
import { isSurely, layOut, type RowLayout, rowMean } from "./row-mean.js";
import { signalsAt, watchedRun } from "./signals.js";

/** What was seen at a strength; values as in `Look`. */
export interface StrengthLook {
  /** 1 is what was trained. */
  readonly strength: number;
  readonly rows: RowValues;
}

/** Looks at several strengths. */
export interface StrengthHistory {
  readonly banks: Banks;
  /** Losses without what was trained, of all banks. */
  readonly start: RowValues;
  readonly looks: readonly StrengthLook[];
}

/** What a change does at a strength. */
export interface MeasuredStrength {
  readonly strength: number;
  /** Of pictures held out, or of echoes. */
  readonly learned: Learned;
  readonly train: Learned;
  /** By how much other things are predicted worse, as a share of their loss. */
  readonly generic?: Estimate;
  readonly class?: Estimate;
}

/** A strength, and why it is the one. */
export interface ChosenStrength {
  readonly strength: number;
  /**
   * `lowest`: its error is. `as-good`: that of another is lower, but by no more than chance or hardly at all, and this
   * one is smaller, and forgets less. `preferred`: it has most of what is preferred.
   */
  readonly reason: "lowest" | "as-good" | "preferred";
  readonly prefer?: Preference;
  /** Where the error was lowest. */
  readonly lowest: number;
  /** Whether it is better than what was there before, by the same measure. */
  readonly beatsBase: boolean;
  /** All strengths, the best first. */
  readonly ranked: readonly number[];
}

/** What can be said of strengths. */
export interface StrengthJudgement {
  /** Those at which all numbers are finite, in the order of the looks. */
  readonly measured: readonly MeasuredStrength[];
  readonly chosen: ChosenStrength;
}

/** A smaller difference of mean log-ratios is none: half a per cent of the error. */
const leastDifference = 0.005;

/** With which a worse strength is called so: one end of an interval of 90 %. */
const certainty = 0.95;

/** One of the strengths with what it is compared by. */
interface Candidate {
  readonly told: MeasuredStrength;
  /** Log-ratios by row. */
  readonly learned: readonly number[];
  readonly cost: number;
}

/**
 * Judges strengths.
 * @param prefer what is wanted; the lowest error by default
 * @throws AtelierError `training` for a history that cannot be judged, or without a finite look.
 */
export function judgeStrengths(
  { banks, start, looks }: StrengthHistory,
  { prefer }: { readonly prefer?: Preference | undefined } = {},
): StrengthJudgement {
  const asLooks = looks.map(({ rows }, index) => ({ step: index + 1, rows, gradNorm: still }));
  const usable = usableBanks({ banks, start, looks: asLooks, steps: 1 });
  const run = watchedRun(usable, { steps: 1, trainedPictures: 0 });
  const candidates = asLooks.flatMap((look, index): Candidate[] => {
    const measured = measuredAt(usable, look);
    if (measured === undefined) return [];
    const points: readonly [Measured, Measured] = [measuredStart(usable), measured];
    const signals = signalsAt(run, [...points]);
    const { learned, train, generic, class: ofClass } = signals;
    const told = {
      strength: looks[index]?.strength ?? 1,
      ...{ learned, train },
      ...(generic === undefined ? {} : { generic: generic.now }),
      ...(ofClass === undefined ? {} : { class: ofClass.now }),
    };
    return [{ told, learned: measured.learned, cost: costOf(signals, prefer) }];
  });
  const measured = candidates.map(({ told }) => told);
  return { measured, chosen: choose(candidates, layOut(usable.learned.rows), prefer) };
}

/** Nothing was trained between two strengths. */
const still = { median: 0, largest: 0 };

function choose(
  candidates: readonly Candidate[],
  layout: RowLayout,
  prefer: Preference | undefined,
): ChosenStrength {
  const byCost = candidates.toSorted((one, other) => one.cost - other.cost);
  const [best] = byCost;
  if (best === undefined) {
    throw new AtelierError(
      "training",
      said`strength: expected a strength at which all errors are finite numbers, got none. Measure smaller ones.`,
    );
  }
  const level = ({ told }: Candidate) => told.learned.ofThese.value;
  const lowest = candidates.reduce((low, one) => (level(one) < level(low) ? one : low), best);
  const chosen = prefer === undefined ? smallestAsGood(candidates, layout, best) : best;
  const { strength } = chosen.told;
  const others = byCost.filter((one) => one !== chosen);
  return {
    strength,
    reason: prefer !== undefined ? "preferred" : chosen === best ? "lowest" : "as-good",
    ...(prefer === undefined ? {} : { prefer }),
    lowest: lowest.told.strength,
    beatsBase: chosen.cost < 0,
    ranked: [chosen, ...others].map(({ told }) => told.strength),
  };
}

/** Of all strengths that are not surely worse than the best one, the smallest. Rows are compared with themselves. */
function smallestAsGood(
  candidates: readonly Candidate[],
  layout: RowLayout,
  best: Candidate,
): Candidate {
  const isWorse = ({ learned }: Candidate) =>
    isSurely(
      rowMean(
        layout,
        learned.map((value, row) => value - (best.learned[row] ?? 0)),
      ),
      { least: leastDifference, certainty },
    );
  return candidates
    .filter((one) => one === best || !isWorse(one))
    .reduce((small, one) => (one.told.strength < small.told.strength ? one : small), best);
}
