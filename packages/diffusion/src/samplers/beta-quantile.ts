/** @file Quantiles of Beta(0.6, 0.6), which place σ densely at both ends (Lee et al. 2024, arXiv 2407.12173). */

const shape = 0.6;
/** B(0.6, 0.6) = Γ(0.6)² / Γ(1.2). */
const betaFunction = 2.4153442080024714;
/** Halvings after which float64 has no number left between the ends. */
const halvings = 1100;
/** The fraction below ends far earlier for the arguments that it is given. */
const mostTerms = 500;

/** Where a share p of the distribution lies below. */
export function betaQuantile(p: number): number {
  if (p <= 0 || p >= 1) return Math.min(Math.max(p, 0), 1);
  if (p > 1 / 2) return 1 - betaQuantile(1 - p);
  let [low, high] = [0, 1 / 2];
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (shareBelow(middle) < p) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The regularised incomplete beta function at x of at most 1/2, by its continued fraction (Abramowitz and Stegun,
 * 26.5.8), evaluated forwards by Lentz's method.
 */
function shareBelow(x: number): number {
  let [c, d] = [1, 0];
  let fraction = 1;
  for (let term = 1; term < mostTerms; term++) {
    d = 1 / (1 + coefficient(term, x) * d);
    c = 1 + coefficient(term, x) / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < Number.EPSILON) break;
  }
  return (x ** shape * (1 - x) ** shape) / (shape * betaFunction * fraction);
}

/** d of the fraction 1 + d₁/(1 + d₂/(1 + …)), whose reciprocal is the function's but for a factor. */
function coefficient(term: number, x: number): number {
  const [a, b] = [shape, shape];
  const m = Math.floor(term / 2);
  const below = (a + term - 1) * (a + term);
  return term % 2 === 0 ? (m * (b - m) * x) / below : (-(a + m) * (a + b + m) * x) / below;
}
