/**
 * @file Loss scaling with back-off (Micikevicius et al. 2018, section 3.2), as PyTorch's GradScaler has it: a factor
 * that lifts gradients into float16's range, smaller after an overflow and larger after many steps without one.
 */

/** How the factor of the loss moves. */
export interface LossScaling {
  readonly initial: number;
  /** What it is multiplied by after so many steps in a row without an overflow. */
  readonly growth: number;
  readonly growthInterval: number;
  /** What it is multiplied by after an overflow. */
  readonly backoff: number;
}

/** GradScaler's own. */
export const usualLossScaling: LossScaling = {
  initial: 2 ** 16,
  growth: 2,
  growthInterval: 2000,
  backoff: 0.5,
};

/** The factor, and the steps since it moved. */
export interface LossScale {
  readonly scale: number;
  readonly steps: number;
}

/** After a step whose gradients were finite. */
export function afterStep(
  { scale, steps }: LossScale,
  { growth, growthInterval }: LossScaling,
): LossScale {
  return steps + 1 < growthInterval
    ? { scale, steps: steps + 1 }
    : { scale: Math.fround(scale * growth), steps: 0 };
}

/** After an overflow; nothing where the loss would become smaller than it is: no factor helps then. */
export function afterOverflow(
  { scale }: LossScale,
  { backoff }: LossScaling,
): LossScale | undefined {
  const smaller = Math.fround(scale * backoff);
  return smaller < 1 ? undefined : { scale: smaller, steps: 0 };
}
