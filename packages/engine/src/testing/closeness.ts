/** @file Comparing arrays of numbers with a message that names the worst element. */

/** The largest error between two arrays, relative to 1 + |expected|, and where it is. */
export interface Closeness {
  readonly error: number;
  readonly index: number;
}

/** Measures how far apart two arrays are; infinite where one is NaN or longer than the other. */
export function closeness(
  actual: ArrayLike<number | bigint>,
  expected: ArrayLike<number>,
): Closeness {
  let worst: Closeness = { error: 0, index: -1 };
  for (let index = 0; index < Math.max(actual.length, expected.length); index++) {
    const [a, e] = [Number(actual[index] ?? Number.NaN), expected[index] ?? Number.NaN];
    const difference = Math.abs(a - e) / (1 + Math.abs(e));
    const error = Object.is(a, e) || a === e ? 0 : difference;
    if (!(error <= worst.error)) worst = { error: Number.isNaN(error) ? Infinity : error, index };
  }
  return worst;
}

/** @throws Error naming the worst element when two arrays differ by more than the tolerance. */
export function expectClose(
  what: string,
  actual: ArrayLike<number | bigint>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  const { error, index } = closeness(actual, expected);
  if (error <= tolerance) return;
  throw new Error(
    `${what}: element ${index} is ${actual[index]}, expected ${expected[index]} (error ${error.toExponential(2)}, tolerance ${tolerance}; ${actual.length} and ${expected.length} elements)`,
  );
}
