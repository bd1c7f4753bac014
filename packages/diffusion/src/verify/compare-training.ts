/** @file Compares a training with a stored one: numbers of every step, and the weights at its end. */

import { type FloatTensor, floatTensor } from "@atelier/engine";
import { compareTensors, type FixtureCheck, type Tolerance, worstOf } from "./fixture-check.js";

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

/**
 * Trained weights: the largest error within 5 % of the largest change of the tensor, the mean error
 * within 0.5 % of it.
 */
export function compareTrainedWeights(
  training: string,
  {
    initial,
    actual,
    expected,
  }: Readonly<Record<"initial" | "actual" | "expected", ReadonlyMap<string, FloatTensor>>>,
): FixtureCheck[] {
  const largest: FixtureCheck[] = [];
  const means: FixtureCheck[] = [];
  const missing = floatTensor([], [0]);
  for (const [name, reference] of expected) {
    const trained = actual.get(name) ?? missing;
    const change = maxDifference(reference, initial.get(name) ?? missing);
    const pair = { actual: trained, expected: reference };
    largest.push(compareTensors(name, pair, () => 0.05 * change));
    const error = meanDifference(trained, reference);
    const tolerance = 0.005 * change;
    means.push({ status: error <= tolerance ? "ok" : "FAIL", name, error, tolerance });
  }
  return [
    worstOf(`${training} weights, largest error`, largest),
    worstOf(`${training} weights, mean error`, means),
  ];
}

function differences(a: FloatTensor, b: FloatTensor): Float64Array {
  return Float64Array.from(a.data, (value, i) => Math.abs(value - (b.data[i] ?? Number.NaN)));
}

const maxDifference = (a: FloatTensor, b: FloatTensor): number =>
  differences(a, b).reduce((most, value) => Math.max(most, value), 0);

const meanDifference = (a: FloatTensor, b: FloatTensor): number =>
  differences(a, b).reduce((sum, value) => sum + value, 0) / a.data.length;
