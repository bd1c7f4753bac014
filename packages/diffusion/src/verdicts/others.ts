/**
 * @file What is to be expected of all pictures like those held out, of which a run has few: by what is seen of
 * these, and by what pictures in training have gained.
 */

import type { Measured, UsableBanks } from "./measured.js";
import { type RowLayout, rowMean } from "./row-mean.js";
import type { Thresholds } from "./thresholds.js";

/** How much pictures in training tell of others. */
export interface Others {
  /** What others gain for each unit that pictures in training gain, beside what is seen of those held out. */
  readonly shareOfGain: number;
  readonly spread: Thresholds["others"]["spread"];
}

/** Nothing but what is seen of the pictures held out. */
export const asSeen = (spread: Others["spread"]): Others => ({ shareOfGain: 0, spread });

/**
 * κ/m · (1 − few/n), of m pictures held out and n in training. One picture held out may be a strange one, which gets
 * worse while most others still gain with those in training: the more pictures these are, the more of what they gain
 * is what all have in common. Views of pictures in training tell nothing of others, nor do these of views.
 * @param trained n
 */
export function othersOf(
  { learned }: Pick<UsableBanks, "learned">,
  trained: number,
  { gain, few, spread }: Thresholds["others"],
): Others {
  if (learned.name === "echo") return asSeen(spread);
  const heldOut = new Set(learned.rows.map(({ picture }) => picture)).size;
  return { shareOfGain: (gain / heldOut) * Math.max(0, 1 - few / Math.max(1, trained)), spread };
}

/**
 * Log-ratios by row of what is learned, each with the share of what pictures in training have gained. Changes of
 * their mean between looks are the changes to be expected of other pictures; its level is none.
 */
export function expectedRows(
  { shareOfGain }: Others,
  train: RowLayout,
  point: Pick<Measured, "learned" | "train">,
): readonly number[] {
  const gain = shareOfGain * rowMean(train, point.train).value;
  return point.learned.map((value) => value + gain);
}
