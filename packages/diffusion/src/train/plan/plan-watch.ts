/**
 * @file When a run is looked at and with how many rows, so that all looks together take the share of the
 * training that they may. Counted in rows, never in seconds, which no two machines share.
 */

import { AtelierError, said } from "@atelier/engine";
import type { BankName } from "../../verdicts/history.js";

/** The looks of a run. */
export interface WatchPlan {
  /** Steps after which it is looked at, the last step among them. */
  readonly steps: readonly number[];
  /** Rows of each bank at every look; of `held-out` and `echo` a run has one. */
  readonly rows: Readonly<Record<BankName, number>>;
}

/** A row that is only predicted takes about so much of one that is trained on. */
const forwardShare = 1 / 4;

/** Each look comes after so many times the steps of the one before: early steps change most. */
const stride = 1.3;

const mostLooks = 12;
const fewestLooks = 3;

/**
 * Rows of a look by bank, the first for which there is time: of pictures so many timesteps, each with two noises;
 * of what the base has drawn one row a drawing. Errors of fewer rows would be too uncertain to tell changes by.
 */
const wholeLook = { "held-out": 16, echo: 16, train: 8, generic: 16, class: 8 };
const looks: readonly Readonly<Record<BankName, number>>[] = [
  wholeLook,
  { "held-out": 8, echo: 8, train: 8, generic: 8, class: 4 },
  { "held-out": 8, echo: 8, train: 4, generic: 4, class: 2 },
];

/** One look with all rows, at the end of a run that was not watched. */
export const endWatch = (steps: number): WatchPlan => ({ rows: wholeLook, steps: [steps] });

/**
 * Plans looks.
 * @param share of the time of all steps
 * @param rowsPerStep that are trained on
 * @returns nothing where the share is too small for looks that tell anything
 */
export function planWatch({
  share,
  everySteps,
  steps,
  rowsPerStep,
}: {
  readonly share: number;
  /** Steps between looks, where they are to be as far apart throughout. */
  readonly everySteps?: number | undefined;
  readonly steps: number;
  readonly rowsPerStep: number;
}): WatchPlan | undefined {
  const budget = (share * steps * rowsPerStep) / forwardShare;
  const plans = looks.map((rows) => {
    // The bank of held-out pictures takes the place of the other.
    const perLook = rows["held-out"] + rows.train + rows.generic + rows.class;
    // The start is looked at, too.
    const count = Math.floor(budget / perLook) - 1;
    const places =
      everySteps === undefined
        ? looksOver(steps, Math.min(mostLooks, count))
        : looksEvery(everySteps, { last: steps, count });
    return { rows, steps: places };
  });
  const enough = plans.find((plan) => plan.steps.length >= mostLooks / 2);
  return enough ?? plans.find((plan) => plan.steps.length >= fewestLooks);
}

/** At most `count` steps that grow by {@link stride} up to the last. */
function looksOver(last: number, count: number): number[] {
  const steps: number[] = [];
  let next = last;
  for (let look = 0; look < count && next >= 1; look++) {
    steps.unshift(next);
    next = Math.min(next - 1, Math.round(last / stride ** (look + 1)));
  }
  return steps;
}

/** One after every so many steps, or the fewest times as many for which there is time, and after the last. */
function looksEvery(
  every: number,
  { last, count }: { readonly last: number; readonly count: number },
): number[] {
  if (count < 1) return [];
  const apart = every * Math.ceil(last / every / count);
  const whole = Math.ceil(last / apart) - 1;
  return [...Array.from({ length: whole }, (_, look) => (look + 1) * apart), last];
}

/** What looks and the base's drawings for them take together where nobody has said how much. */
const usualWhole = 0.1;

/** Steps that the base takes for a drawing, each of which is a row that is predicted. */
export const drawingSteps = 8;

/**
 * The share of looks where nothing is said: the largest with which they and the drawings that the base makes before the
 * first step take no more than a tenth. Drawings that are at hand already are counted as well, since a run shall not
 * depend on what others have left.
 * @returns 0 where there is no time for looks that tell anything
 */
export function usualShare(run: Omit<Parameters<typeof planWatch>[0], "share">): number {
  const thousandths = Array.from({ length: 1000 * usualWhole }, (_, i) => 1000 * usualWhole - i);
  const fits = (share: number): boolean => {
    const plan = planWatch({ ...run, share });
    if (plan === undefined) return false;
    const { rows, steps } = plan;
    const perLook = rows["held-out"] + rows.train + rows.generic + rows.class;
    const drawings = drawingSteps * (rows.generic + rows.class);
    const taken = forwardShare * (perLook * (steps.length + 1) + drawings);
    return taken <= usualWhole * run.steps * run.rowsPerStep;
  };
  return thousandths.map((count) => count / 1000).find(fits) ?? 0;
}

/** Fewer pictures than these are all trained on, unless a person wants to know when it is enough. */
const fewestToSpare = 5;

/**
 * How many of a run's pictures are held out where nothing is said: one as soon as two are left, since nothing else
 * tells when it is enough (docs/verdicts.md). Who has asked for nothing keeps all of a few, of which one would be a
 * large part.
 * @param isAsked whether watching was asked for
 */
export function usualHeldOut(pictures: number, isAsked = true): number {
  if (pictures < (isAsked ? 3 : fewestToSpare)) return 0;
  return pictures < 20 ? 1 : Math.min(8, Math.round(pictures / 10));
}

/** @throws AtelierError `config` where holding pictures out would leave none to train on. */
export function requireTrained(pictures: number, heldOut: number | undefined): void {
  if (heldOut === undefined || heldOut < pictures) return;
  const there =
    pictures === 1 ? said`the one picture there is` : said`the ${pictures} pictures there are`;
  throw new AtelierError(
    "config",
    said`watch.heldOut: expected fewer than ${there}, got ${heldOut}, which leaves none to train on.`,
  );
}
