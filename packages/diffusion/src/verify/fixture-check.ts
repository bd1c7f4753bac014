/** @file Results of comparing Atelier's numbers with stored ones, and the tolerances they obey. */

import {
  AtelierError,
  type FloatTensor,
  floatTensor,
  formatShape,
  messageOf,
  sameShape,
} from "@atelier/engine";

/** One comparison, as `atelier verify` prints it. */
export interface FixtureCheck {
  readonly status: "ok" | "FAIL" | "skip";
  /** What was compared: `unet_sd1_tiny out.out`. */
  readonly name: string;
  readonly error?: number;
  readonly tolerance?: number;
  /** Why it was skipped or failed, or where the largest error is. */
  readonly detail?: string;
}

/** From the largest absolute value of the reference to the largest absolute error allowed. */
export type Tolerance = (scale: number) => number;

/** Of the outputs of models in float32. */
export const outputTolerance: Tolerance = (scale) => 1e-4 * Math.max(1, scale);

/** Of losses: relative. */
export const lossTolerance: Tolerance = (scale) => 1e-5 * scale;

/** Of one gradient tensor. */
export const gradientTolerance: Tolerance = (scale) => 1e-3 * Math.max(1e-3, scale);

/** Bounds by what a model fixture holds. */
export interface ModelTolerances {
  readonly output: Tolerance;
  readonly loss: Tolerance;
  readonly gradient: Tolerance;
}

/** Of float32. */
export const fullTolerances: ModelTolerances = {
  output: outputTolerance,
  loss: lossTolerance,
  gradient: gradientTolerance,
};

/**
 * Of mixed precision. Where rounding turns one bit, the layers behind it round otherwise, so that two programs differ by
 * the noise of float16 itself: measured are 2.5e-3, 2.6e-4 and, where gradients are small, 2.4e-2.
 */
export const halfTolerances: ModelTolerances = {
  output: (scale) => 5e-3 * Math.max(1, scale),
  loss: (scale) => 1e-3 * scale,
  gradient: (scale) => 5e-2 * Math.max(1e-3, scale),
};

/** Compares two tensors element by element; other shapes and NaN fail. */
export function compareTensors(
  name: string,
  { actual, expected }: { readonly actual: FloatTensor; readonly expected: FloatTensor },
  toleranceAt: Tolerance,
): FixtureCheck {
  if (!sameShape(actual.shape, expected.shape)) {
    const detail = `expected ${formatShape(expected.shape)}, got ${formatShape(actual.shape)}`;
    return { status: "FAIL", name, detail };
  }
  let scale = 0;
  let worst = { error: 0, index: 0 };
  for (const [index, reference] of expected.data.entries()) {
    scale = Math.max(scale, Math.abs(reference));
    const error = Math.abs((actual.data[index] ?? Number.NaN) - reference);
    // Also true where the error is NaN.
    if (!(error <= worst.error)) worst = { error, index };
    if (Number.isNaN(error)) break;
  }
  const tolerance = toleranceAt(scale);
  const passed = worst.error <= tolerance;
  return {
    status: passed ? "ok" : "FAIL",
    name,
    error: worst.error,
    tolerance,
    ...(passed ? {} : { detail: `largest error at element ${worst.index}` }),
  };
}

/** What stands for a result that is missing: it has no elements, so that no comparison holds. */
export const absent: FloatTensor = floatTensor([], [0]);

/** The checks of `run`, or one that has failed where they could not be made. @throws a bug. */
export async function guarded(
  name: string,
  run: () => Promise<readonly FixtureCheck[]>,
): Promise<readonly FixtureCheck[]> {
  return run().catch((error: unknown) => [failedCheck(name, error)]);
}

/** @throws what is no {@link AtelierError} of a fixture: a bug must not pass for a broken fixture. */
export function failedCheck(name: string, error: unknown): FixtureCheck {
  if (!(error instanceof AtelierError) || error.code === "internal") throw error;
  return { status: "FAIL", name, detail: messageOf(error) };
}

/** Several comparisons as one: the worst of them in proportion to its tolerance. */
export function worstOf(name: string, checks: readonly FixtureCheck[]): FixtureCheck {
  const failed = checks.filter(({ status }) => status === "FAIL");
  const [worst] = [...checks].sort((a, b) => excess(b) - excess(a));
  if (worst === undefined) return { status: "skip", name, detail: "nothing to compare" };
  const count = failed.length > 0 ? `${failed.length} of ${checks.length} failed, ` : "";
  const detail = `${count}worst of ${checks.length}: ${[worst.name, worst.detail].filter(Boolean).join(", ")}`;
  return { ...worst, name, detail };
}

/** Error in units of the tolerance; a comparison that could not be made is worse than any. */
function excess({ error, tolerance, status }: FixtureCheck): number {
  const ratio = (error ?? Number.NaN) / (tolerance ?? Number.NaN);
  if (Number.isNaN(ratio)) return status === "FAIL" ? Number.POSITIVE_INFINITY : 0;
  return ratio;
}
