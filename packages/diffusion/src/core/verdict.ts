/** @file What is said of a training while it goes on: its state, since when, and the numbers behind it. */

/** States in which a training can be; several may hold at once, of which the gravest is said first. */
export const verdictStates = [
  "diverging",
  "forgetting",
  "overfitting",
  "learned-enough",
  "learning",
  "nothing-happens",
] as const;

/** One of them. */
export type VerdictState = (typeof verdictStates)[number];

/** A number, and where it lies with 90 % probability. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A change of the error against the start's, as the mean of `log(loss / loss at the start)`: −0.37 is an error
 * 31 % smaller. What is uncertain of these very pictures (noise and timesteps) and of pictures like them (which
 * pictures they happen to be) are two intervals, which are never mixed.
 */
export interface Learned {
  readonly ofThese: Estimate;
  readonly ofOthersLikeThem: Estimate;
  /** Pictures behind it. */
  readonly pictures: number;
}
