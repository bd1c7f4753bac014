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
  /** Times what those held out have gained, up to which it counts. */
  readonly most: number;
  readonly spread: Thresholds["others"]["spread"];
}

/**
 * κ/m · (1 − few/n), of m pictures held out and n in training. One picture held out may be a strange one, which gets
 * worse while most others still gain with those in training: the more pictures these are, the more of what they gain
 * is what all have in common. Views of pictures in training tell nothing of others, nor do these of views.
 * @param trained n
 */
export function othersOf(
  { learned }: Pick<UsableBanks, "learned">,
  trained: number,
  { gain, few, most, spread }: Thresholds["others"],
): Others {
  if (learned.name === "echo") return { shareOfGain: 0, most, spread };
  const heldOut = new Set(learned.rows.map(({ picture }) => picture)).size;
  const shareOfGain = (gain / heldOut) * Math.max(0, 1 - few / Math.max(1, trained));
  return { shareOfGain, most, spread };
}

/**
 * The log-ratio of pictures in training from which on their gain is none of others: an error that is small already
 * may still be halved again and again, as long as pictures are learned by heart.
 * @param learned Log-ratios of pictures held out, at all points.
 */
export const gainsUpTo = ({ most }: Others, learned: readonly number[]): number =>
  most * Math.min(0, ...learned);

/**
 * Log-ratios by row of what is learned, each with the share of what pictures in training have gained. Changes of
 * their mean between looks are the changes to be expected of other pictures; its level is none.
 * @param lowest See {@link gainsUpTo}.
 */
export function expectedRows(
  { shareOfGain }: Others,
  { train, lowest }: { readonly train: RowLayout; readonly lowest: number },
  point: Pick<Measured, "learned" | "train">,
): readonly number[] {
  const gain = shareOfGain * Math.max(lowest, rowMean(train, point.train).value);
  return point.learned.map((value) => value + gain);
}
