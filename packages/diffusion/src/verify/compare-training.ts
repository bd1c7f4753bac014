/** @file Compares a training with a stored one: numbers of every step, and the weights at its end. */

import { type FloatTensor, floatTensor } from "@atelier/engine";
import {
  absent,
  compareTensors,
  type FixtureCheck,
  type Tolerance,
  worstOf,
} from "./fixture-check.js";
import type { FixtureTolerances } from "./fixture-tolerances.js";

/** One number per step, as one check; every step has a tolerance of its own. */
export function compareSteps(
  name: string,
  {
    actual,
    expected,
  }: { readonly actual: readonly number[]; readonly expected: readonly number[] },
  tolerance: Tolerance,
): FixtureCheck {
  const steps = expected.map((value, index) => {
    const pair = {
      actual: floatTensor([actual[index] ?? Number.NaN], [1]),
      expected: floatTensor([value], [1]),
    };
    return compareTensors(`step ${index + 1}`, pair, tolerance);
  });
  return worstOf(name, steps);
}

/** Weights before a training, after it, and after PyTorch's. */
interface TrainedWeights
  extends Readonly<Record<"initial" | "actual" | "expected", ReadonlyMap<string, FloatTensor>>> {
  readonly steps: number;
}

/** Trained weights: the largest and the mean error of each tensor, by its largest change. */
export function compareTrainedWeights(
  training: string,
  { initial, actual, expected, steps }: TrainedWeights,
  { trained: boundsAt }: Pick<FixtureTolerances, "trained">,
): FixtureCheck[] {
  const largest: FixtureCheck[] = [];
  const means: FixtureCheck[] = [];
  for (const [name, reference] of expected) {
    const own = actual.get(name) ?? absent;
    const change = maxDifference(reference, initial.get(name) ?? absent);
    const bounds = boundsAt(change);
    const usual = withoutChance(own, reference, change / steps);
    largest.push(compareTensors(name, { actual: usual, expected: reference }, bounds.max));
    const error = meanDifference(own, reference);
    const tolerance = bounds.mean(scaleOf(reference));
    means.push({ status: error <= tolerance ? "ok" : "FAIL", name, error, tolerance });
  }
  return [
    worstOf(`${training} weights, largest error`, largest),
    worstOf(`${training} weights, mean error`, means),
  ];
}

/** So many entries of a tensor make one likely whose gradient is nothing but rounding in some step. */
const entriesForChance = 1000;

/**
 * A large tensor without its worst error, where that is less than a step: Adam makes a good part of a whole step of a
 * gradient of 10⁻⁹, whose sign is chance. (In FLUX.1's fixture one is −6·10⁻¹¹ in float64, −3·10⁻¹¹ in PyTorch.)
 */
function withoutChance(own: FloatTensor, reference: FloatTensor, step: number): FloatTensor {
  if (own.data.length < entriesForChance) return own;
  const errors = differences(own, reference);
  const worst = errors.reduce((most, error, i) => (error > (errors[most] ?? 0) ? i : most), 0);
  if ((errors[worst] ?? 0) > step) return own;
  const data = own.data.slice();
  data[worst] = reference.data[worst] ?? Number.NaN;
  return floatTensor(data, own.shape);
}

const scaleOf = ({ data }: FloatTensor): number =>
  data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

function differences(a: FloatTensor, b: FloatTensor): Float64Array {
  return Float64Array.from(a.data, (value, i) => Math.abs(value - (b.data[i] ?? Number.NaN)));
}

const maxDifference = (a: FloatTensor, b: FloatTensor): number =>
  differences(a, b).reduce((most, value) => Math.max(most, value), 0);

const meanDifference = (a: FloatTensor, b: FloatTensor): number =>
  differences(a, b).reduce((sum, value) => sum + value, 0) / a.data.length;
