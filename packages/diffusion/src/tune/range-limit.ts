/** @file Which rates break a training: read off one whose rate rises step by step (Smith 2017, arXiv 1506.01186). */

import type { RangeLimit } from "./probe.js";

/** The rate of a range test: from the usual one over `below` on, times `factor` at each step. */
export const rangeTest = { steps: 80, factor: 1.12, below: 100, everySteps: 5 } as const;

/** A look of a range test. */
export interface RangeLook {
  /** Of its step. */
  readonly rate: number;
  /** The mean log-ratio of losses in training; none where some number was not finite. */
  readonly train: number | undefined;
}

/** In training, where nothing else makes an error rise. */
const rise = 0.05;

/**
 * The rate at the look at which the error in training had risen above its lowest, if it had at the next one, too; or
 * the last at which all numbers were finite.
 * @returns nothing as long as no rate has broken the training
 */
export function rangeLimit(looks: readonly RangeLook[]): RangeLimit | undefined {
  let lowest = 0;
  let risen: RangeLook | undefined;
  for (const [index, look] of looks.entries()) {
    const { train, rate } = look;
    if (train === undefined || !Number.isFinite(train)) {
      return { rate: risen?.rate ?? looks[index - 1]?.rate ?? rate, isOpen: false };
    }
    const isHigh = train >= lowest + rise;
    if (isHigh && risen !== undefined) return { rate: risen.rate, isOpen: false };
    risen = isHigh ? look : undefined;
    lowest = Math.min(lowest, train);
  }
  return undefined;
}

/** Of a range test that is over: its highest rate, where none has broken the training. */
export function limitAtEnd(looks: readonly RangeLook[]): RangeLimit | undefined {
  const last = looks.at(-1);
  return rangeLimit(looks) ?? (last && { rate: last.rate, isOpen: true });
}
