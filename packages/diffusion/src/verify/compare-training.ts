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

/** Trained weights: the largest and the mean error of each tensor, by its largest change. */
export function compareTrainedWeights(
  training: string,
  {
    initial,
    actual,
    expected,
  }: Readonly<Record<"initial" | "actual" | "expected", ReadonlyMap<string, FloatTensor>>>,
  { trained: boundsAt }: Pick<FixtureTolerances, "trained">,
): FixtureCheck[] {
  const largest: FixtureCheck[] = [];
  const means: FixtureCheck[] = [];
  for (const [name, reference] of expected) {
    const own = actual.get(name) ?? absent;
    const bounds = boundsAt(maxDifference(reference, initial.get(name) ?? absent));
    largest.push(compareTensors(name, { actual: own, expected: reference }, bounds.max));
    const error = meanDifference(own, reference);
    const tolerance = bounds.mean(scaleOf(reference));
    means.push({ status: error <= tolerance ? "ok" : "FAIL", name, error, tolerance });
  }
  return [
    worstOf(`${training} weights, largest error`, largest),
    worstOf(`${training} weights, mean error`, means),
  ];
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
