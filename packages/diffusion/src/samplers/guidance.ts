/** @file Classifier-free guidance and its rescaling. */

import { weightedSum } from "./weighted-sum.js";

/**
 * ε̂ = ε_uncond + w · (ε_cond − ε_uncond) (Ho and Salimans 2022, arXiv 2207.12598, eq. 6, with
 * w one more than there). All arrays are [batch, …] of one length.
 * @param guidanceScale w; 1 is the conditional prediction alone
 */
export function guide(
  unconditional: Float32Array,
  conditional: Float32Array,
  guidanceScale: number,
): Float32Array {
  return weightedSum([1 - guidanceScale, unconditional], [guidanceScale, conditional]);
}

/**
 * Brings a guided prediction back towards the conditional one's standard deviation, sample by
 * sample, against overexposure (Lin et al. 2023, arXiv 2305.08891, §3.4, eq. 15 and 16).
 * @param guided from {@link guide}, [batch, …]
 * @param options.rescale φ from 0, which changes nothing, to 1; the authors use 0.7
 */
export function rescaleGuidance(
  guided: Float32Array,
  conditional: Float32Array,
  { rescale, batchSize = 1 }: { readonly rescale: number; readonly batchSize?: number },
): Float32Array {
  const size = guided.length / batchSize;
  const rescaled = new Float32Array(guided.length);
  for (let start = 0; start < guided.length; start += size) {
    const row = guided.subarray(start, start + size);
    const target = standardDeviation(conditional.subarray(start, start + size));
    const factor = rescale * (target / standardDeviation(row)) + 1 - rescale;
    rescaled.set(weightedSum([factor, row]), start);
  }
  return rescaled;
}

/** With Bessel's correction, as `torch.std`. */
function standardDeviation(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}
