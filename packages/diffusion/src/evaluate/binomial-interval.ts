/** @file How far a share of few trials can be from the true one: the exact interval of Clopper and Pearson (1934). */

import { AtelierError, said } from "@atelier/engine";

/** A share of trials and the interval that covers the true share. */
export interface Share {
  readonly count: number;
  readonly of: number;
  /** Both from 0 to 1. */
  readonly low: number;
  readonly high: number;
}

/** Halvings after which float64 has no number left between the ends. */
const halvings = 1100;

/**
 * The shares that `count` of `of` trials do not contradict: at the lower end so many or more have the
 * probability (1 − level)/2, at the upper end so many or fewer. These are the quantiles of beta
 * distributions, Beta(count, of − count + 1) and Beta(count + 1, of − count), found from the tails of the
 * binomial distribution by halving, to the last digits of float64.
 * @throws AtelierError `config` for counts that are no whole numbers or a level outside of 0 to 1.
 */
export function clopperPearson({
  count,
  of,
  level = 0.95,
}: {
  readonly count: number;
  readonly of: number;
  readonly level?: number;
}): Share {
  const isCount = Number.isSafeInteger(count) && Number.isSafeInteger(of) && of >= 1;
  if (!isCount || count < 0 || count > of || !(level > 0 && level < 1)) {
    throw new AtelierError(
      "config",
      said`clopperPearson: expected a count of at least one trial and a level between 0 and 1, got ${count} of ${of} at ${level}.`,
    );
  }
  const tail = (1 - level) / 2;
  // Whichever of two probabilities that grow with the share is asked for, it crosses the tail once.
  const low = count === 0 ? 0 : crossing((p) => 1 - tail - atMost(count - 1, of, p));
  const high = count === of ? 1 : crossing((p) => tail - atMost(count, of, p));
  return { count, of, low, high };
}

/** Where a function that grows from below 0 to above 0 changes its sign, between 0 and 1. */
function crossing(grows: (p: number) => number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (grows(middle) < 0) low = middle;
    else high = middle;
  }
  return high;
}

/** The probability of at most `count` successes of `of` trials, each of probability `p` in (0, 1). */
function atMost(count: number, of: number, p: number): number {
  // From term to term, in logarithms: the first may be too small for float64.
  let term = of * Math.log1p(-p);
  let sum = Math.exp(term);
  for (let k = 1; k <= count; k++) {
    term += Math.log((of - k + 1) / k) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(term);
  }
  return sum;
}
