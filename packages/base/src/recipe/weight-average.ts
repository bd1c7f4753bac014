/**
 * @file The exponential moving average of weights, whose values are shipped: they draw better than
 * the weights of any one step. Kept outside the training graph and updated only every few steps,
 * since reading and writing an average at each one would take a tenth of the time.
 */

import { type FloatTensor, floatTensor } from "@atelier/engine";

/** Steps between updates. */
export const averageEverySteps = 10;

/**
 * The average after an update: k·a + (1 − k)·w, with k the power of the decay that the steps since
 * the last update amount to, but small at first, so that the random beginning is soon forgotten.
 * @param decay of a single step
 * @param step finished steps, a multiple of {@link averageEverySteps}
 */
export function updateAverage(
  average: ReadonlyMap<string, FloatTensor>,
  weights: ReadonlyMap<string, FloatTensor>,
  { decay, step }: { readonly decay: number; readonly step: number },
): Map<string, FloatTensor> {
  const updates = step / averageEverySteps;
  const keep = Math.min(decay ** averageEverySteps, (updates - 1) / (updates + 8));
  return new Map(
    [...average].map(([name, { data, shape }]) => {
      const now = weights.get(name)?.data ?? data;
      const mixed = new Float32Array(data.length);
      for (let i = 0; i < mixed.length; i++) {
        mixed[i] = keep * (data[i] ?? 0) + (1 - keep) * (now[i] ?? 0);
      }
      return [name, floatTensor(mixed, shape)];
    }),
  );
}
