/** @file Student's t distribution, of whole degrees of freedom. */

/**
 * The probability that |t| is below a value: the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4,
 * exact up to rounding.
 */
export function studentWithin(value: number, degrees: number): number {
  const theta = Math.atan(value / Math.sqrt(degrees));
  const sine = Math.sin(theta);
  const cosine = Math.cos(theta);
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = 0;
  for (let power = isOdd ? 1 : 0; power <= degrees - 2; power += 2) {
    sum += term;
    term *= (cosine ** 2 * (power + 1)) / (power + 2);
  }
  return isOdd ? (2 / Math.PI) * (theta + sine * sum) : sine * sum;
}

/** The value that t is below with a probability from ½ to 1, the latter excluded. */
export function studentQuantile(probability: number, degrees: number): number {
  const within = 2 * probability - 1;
  let [low, high] = [0, 1];
  while (studentWithin(high, degrees) < within) [low, high] = [high, 2 * high];
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (studentWithin(middle, degrees) < within) low = middle;
    else high = middle;
  }
  return high;
}
