/** @file Rounding as Python and torch do it. */

/** The nearest integer; halves go to the even one, as with Python's `round`. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const isTie = value - floor === 0.5;
  return isTie && floor % 2 === 0 ? floor : Math.round(value);
}
