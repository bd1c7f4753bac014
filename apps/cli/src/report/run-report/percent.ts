/** @file Changes and shares in per cent, as the sentences of verdicts write them. */

/** `−31 %`, of a mean log-ratio of errors. */
export function errorChange(logRatio: number): string {
  return `${signed(percentOf(logRatio))} %`;
}

/** `−31 to −44 %`, of two mean log-ratios. */
export function errorRange(from: number, to: number): string {
  return `${signed(percentOf(from))} to ${errorChange(to)}`;
}

/** A mean log-ratio of errors as the change of the error in per cent: −0.37 is −31. */
export function percentOf(logRatio: number): number {
  return 100 * (Math.exp(logRatio) - 1);
}

/** `14 %`. */
export function share(value: number): string {
  return `${rounded(100 * value)} %`;
}

/** `9 to 14 %`. */
export function shares(from: number, to: number): string {
  return `${rounded(100 * from)} to ${share(to)}`;
}

/** With a sign, and a real minus; whole, or with a decimal below 1. */
export function signed(value: number): string {
  const text = rounded(Math.abs(value));
  if (Number(text) === 0) return "0";
  return `${value < 0 ? "−" : "+"}${text}`;
}

const rounded = (value: number): string =>
  value < 0.95 ? String(Math.round(10 * value) / 10) : String(Math.round(value));
