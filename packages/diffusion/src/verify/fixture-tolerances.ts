/** @file The bounds of errors that a pipeline fixture states. */

import type { FloatTensor } from "@atelier/engine";
import { z } from "zod";
import type { Tolerance } from "./fixture-check.js";

interface Largest {
  readonly max_abs: number;
}
interface Relative {
  readonly relative: number;
}

/** The field `tolerances`. */
export interface GivenTolerances {
  readonly outputs: Largest;
  readonly loss: Relative;
  readonly grad_norm: Relative;
  readonly gradients: Largest;
  readonly trained: Largest & { readonly mean_abs: number; readonly plus?: number | undefined };
  readonly sampled: Largest;
}

const largest = z.object({ max_abs: z.number() });
const relative = z.object({ relative: z.number() });
/** Fixtures that give no tolerances have the first table's of their README. */
export const tolerancesSchema: z.ZodType<GivenTolerances> = z
  .looseObject({
    outputs: largest.default({ max_abs: 1e-4 }),
    loss: relative.default({ relative: 1e-5 }),
    // PyTorch sums squares in another order.
    grad_norm: relative.default({ relative: 1e-4 }),
    gradients: largest.default({ max_abs: 1e-3 }),
    trained: z
      .object({
        max_abs: z.number(),
        mean_abs: z.number(),
        // Written as a formula: "1e-6 * max(1, max|reference|)".
        plus: z
          .string()
          .regex(/^[\d.e-]+ \* max\(1, max\|reference\|\)$/)
          .transform((formula) => Number.parseFloat(formula))
          .optional(),
      })
      .default({ max_abs: 0.05, mean_abs: 0.005 }),
    sampled: largest.default({ max_abs: 2e-2 }),
  })
  .prefault({});

/** Bounds by what is compared. */
export interface FixtureTolerances {
  readonly outputs: Tolerance;
  readonly loss: Tolerance;
  readonly gradNorm: Tolerance;
  readonly gradients: Tolerance;
  /** Of sampled latents and pictures. */
  sampled(reference: FloatTensor): Tolerance;
  /** Of trained weights, by the largest change of the tensor. */
  trained(change: number): { readonly max: Tolerance; readonly mean: Tolerance };
}

/** The bounds as functions. */
export function fixtureTolerances(given: GivenTolerances): FixtureTolerances {
  const { outputs, loss, grad_norm: gradNorm, gradients, trained, sampled } = given;
  const { plus = 0 } = trained;
  return {
    outputs: (scale) => outputs.max_abs * Math.max(1, scale),
    loss: (scale) => loss.relative * scale,
    gradNorm: (scale) => gradNorm.relative * scale,
    gradients: (scale) => gradients.max_abs * Math.max(1e-3, scale),
    sampled: (reference) => () => sampled.max_abs * Math.max(1, deviation(reference)),
    trained: (change) => ({
      max: (scale) => trained.max_abs * change + plus * Math.max(1, scale),
      mean: (scale) => trained.mean_abs * change + plus * Math.max(1, scale),
    }),
  };
}

/** Standard deviation. */
function deviation({ data }: FloatTensor): number {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  return Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
}
