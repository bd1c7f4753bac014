/** @file The only vector arithmetic of the samplers: every step is a weighted sum of arrays. */

/** A weight and the array it multiplies. */
export type Term = readonly [weight: number, values: Float32Array];

/** Σ weight · values, summed in float64 and rounded to float32 once. */
export function weightedSum(...terms: readonly Term[]): Float32Array {
  const sum = new Float64Array(terms[0]?.[1].length ?? 0);
  for (const [weight, values] of terms) {
    for (let i = 0; i < sum.length; i += 1) {
      sum[i] = (sum[i] ?? 0) + weight * (values[i] ?? Number.NaN);
    }
  }
  return Float32Array.from(sum);
}
