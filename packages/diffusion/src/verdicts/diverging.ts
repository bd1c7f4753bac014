/** @file Whether a training falls apart. */

import type { Change, VerdictNumbers } from "../core/verdict.js";
import type { Look } from "./history.js";
import type { Seen } from "./progress.js";
import { isSurely, sum } from "./row-mean.js";
import { changeBetween, lastOf, levelAt } from "./signals.js";

/** Whether it does, and how. */
export interface Diverging {
  readonly now?: { readonly since: number; readonly numbers: VerdictNumbers["diverging"] };
  /** How often it was seen to: once at each broken look, or anew while it goes on. */
  readonly alarms: number;
  /** Looks in a row in which both errors had risen. */
  readonly risen: number;
  /** Looks in a row with a gradient far larger than usual. */
  readonly wild: number;
}

interface Rise {
  readonly train: Change;
  readonly learned: Change;
}

/** Before the first look. */
export const notDiverging: Diverging = { alarms: 0, risen: 0, wild: 0 };

/** After a look at which something was no finite number. */
export function brokenAt(before: Diverging, step: number): Diverging {
  return alarm(before, { since: step, numbers: { cause: "not-finite" } });
}

/** After one more whole look. @param norms Of the looks before it. */
export function nextDiverging(
  before: Diverging,
  seen: Seen,
  { gradNorm, norms }: Pick<Look, "gradNorm"> & { readonly norms: readonly number[] },
): Diverging {
  const { signals, points, thresholds } = seen;
  const usual = median(norms);
  const times = { median: gradNorm.median / usual, largest: gradNorm.largest / usual };
  const { gradient, looks } = thresholds.diverging;
  const isWild = usual > 0 && times.largest > gradient;
  const rise = riseSinceBest(seen);
  const counted: Diverging = {
    ...before,
    risen: rise === undefined ? 0 : before.risen + 1,
    wild: isWild ? before.wild + 1 : 0,
  };
  if (rise !== undefined && counted.risen >= 2) {
    const numbers = { cause: "rising", ...rise } as const;
    return alarm(counted, { since: points[signals.best]?.step ?? 0, numbers });
  }
  if (isWild && (times.median > gradient || counted.wild >= looks)) {
    const numbers = { cause: "gradients", times: times.largest } as const;
    return alarm(counted, { since: lastOf(points).step, numbers });
  }
  const { now, ...calm } = counted;
  const isOver = !isWild && rise === undefined;
  return now === undefined || isOver ? calm : counted;
}

function alarm(before: Diverging, now: NonNullable<Diverging["now"]>): Diverging {
  const since = before.now?.since ?? now.since;
  return { now: { ...now, since }, alarms: before.alarms + 1, risen: 0, wild: 0 };
}

/** Both errors at the best look and now, where both have risen by more than chance. */
function riseSinceBest({ run, points, signals, thresholds }: Seen): Rise | undefined {
  const best = points[signals.best] ?? points[0];
  const last = lastOf(points);
  const changes = [signals.worsened, changeBetween(run, "train", [best, last])];
  const bar = { least: thresholds.diverging.rise, certainty: thresholds.certainty };
  if (!changes.every((change) => isSurely(change, bar))) return undefined;
  const change = (name: "learned" | "train") => ({
    from: levelAt(run, name, best),
    to: levelAt(run, name, last),
  });
  return { train: change("train"), learned: change("learned") };
}

function median(values: readonly number[]): number {
  const ordered = values.toSorted((one, other) => one - other);
  const middle = ordered.slice((values.length - 1) >> 1, (values.length >> 1) + 1);
  return sum(middle) / middle.length;
}
