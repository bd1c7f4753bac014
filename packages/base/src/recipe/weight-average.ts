/**
 * @file The exponential moving average of weights, whose values are shipped: they draw better than
 * the weights of any one step. Updated only every few steps, since reading and writing an average at
 * each one would take a tenth of the time.
 */

import type { ParameterAverage } from "@atelier/engine";

/** Steps between updates. */
export const averageEverySteps = 10;

/**
 * Every so many steps k·a + (1 − k)·w, with k, which is given, the power of the decay that the steps since the last
 * update amount to, but small at first, so that the random beginning is soon forgotten.
 * @param decay of a single step
 * @param since steps that were finished before the first that the average is told of
 */
export function weightAverage(decay: number, since: number): ParameterAverage {
  return (stepsSince) => {
    const updates = (since + stepsSince) / averageEverySteps;
    if (!Number.isInteger(updates)) return 1;
    return Math.min(decay ** averageEverySteps, (updates - 1) / (updates + 8));
  };
}
