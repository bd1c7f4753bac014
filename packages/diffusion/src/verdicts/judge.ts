/**
 * @file Judges a watched training: a fold over its looks, so that a run that goes on, one that is replayed and a
 * report hear the same. What is done about it is left to whoever watches.
 */

import type { Kept, LearnedBank, Preference, Verdict } from "../core/verdict.js";
import { brokenAt, type Diverging, nextDiverging, notDiverging } from "./diverging.js";
import { type Forgetting, nextForgetting, nothingForgotten } from "./forgetting.js";
import type { Look, WatchHistory } from "./history.js";
import { nextKept } from "./kept.js";
import { type Measured, measuredAt, measuredStart, usableBanks } from "./measured.js";
import { nextOverfitting, noOverfitting, type Overfitting } from "./overfitting.js";
import { nextProgress, noProgress, type Progress } from "./progress.js";
import {
  bankOf,
  type Points,
  type Signals,
  signalsAt,
  type WatchedRun,
  watchedRun,
} from "./signals.js";
import { type Thresholds, usualThresholds } from "./thresholds.js";
import { verdictsOf } from "./verdicts-of.js";

/** How to judge. */
export interface JudgeOptions {
  /** Absent, the look of the lowest error is the best. */
  readonly prefer?: Preference | undefined;
  readonly thresholds?: Thresholds | undefined;
}

/** What can be said of a training. */
export interface Judgement {
  /** What is learned was measured on it. */
  readonly bank: LearnedBank;
  /** The states that hold after the last look, the gravest first. */
  readonly now: readonly Verdict[];
  /** What was to be said at each look at which a state began, or which made it graver. */
  readonly verdicts: readonly Verdict[];
  /** The look whose values are the best: at every look either that look or the one kept before. */
  readonly kept: Kept;
  /** Of the start and of every look at which all numbers were finite. */
  readonly signals: readonly Signals[];
}

/** Where a run stands after some looks. */
interface Standing {
  /** The start and all whole looks. */
  readonly points: Points;
  /** Of each point. */
  readonly signals: readonly [Signals, ...Signals[]];
  /** Medians of the gradients' norms, of each point but the start. */
  readonly norms: readonly number[];
  /** A point. */
  readonly kept: number;
  readonly progress: Progress;
  readonly overfitting: Overfitting;
  readonly forgetting: Forgetting;
  readonly diverging: Diverging;
  readonly now: readonly Verdict[];
  readonly verdicts: readonly Verdict[];
}

/** What stays the same from look to look. */
interface Judging {
  readonly run: WatchedRun;
  readonly prefer: Preference | undefined;
  readonly thresholds: Thresholds;
}

/** @throws AtelierError `training` for a history that cannot be judged. */
export function judge(
  history: WatchHistory,
  { prefer, thresholds = usualThresholds }: JudgeOptions = {},
): Judgement {
  const run = watchedRun(usableBanks(history), history, thresholds);
  const judging = { run, prefer, thresholds };
  const last = history.looks.reduce(
    (before, look) => afterLook(judging, before, look),
    atStart(run),
  );
  const { now, verdicts, signals } = last;
  return { bank: bankOf(run), now, verdicts, kept: keptOf(judging, last), signals };
}

function atStart(run: WatchedRun): Standing {
  const points: Points = [measuredStart(run.banks)];
  return {
    points,
    signals: [signalsAt(run, points)],
    norms: [],
    kept: 0,
    progress: noProgress,
    overfitting: noOverfitting,
    forgetting: nothingForgotten,
    diverging: notDiverging,
    now: [],
    verdicts: [],
  };
}

function afterLook(judging: Judging, before: Standing, look: Look): Standing {
  const measured = measuredAt(judging.run.banks, look);
  const after =
    measured === undefined
      ? { ...before, diverging: brokenAt(before.diverging, look.step) }
      : afterWholeLook(judging, before, { look, measured });
  const kept = keptOf(judging, after);
  const states = { ...after, signals: after.signals.at(-1) ?? after.signals[0] };
  const now = verdictsOf(judging, states, { step: look.step, kept });
  return { ...after, now, verdicts: [...before.verdicts, ...changed(before, { ...after, now })] };
}

function afterWholeLook(
  { run, prefer, thresholds }: Judging,
  before: Standing,
  { look: { gradNorm }, measured }: { readonly look: Look; readonly measured: Measured },
): Standing {
  const points: Points = [...before.points, measured];
  const signals = signalsAt(run, points);
  const seen = { run, points, signals, thresholds };
  const all = [...before.signals, signals] as const;
  return {
    ...before,
    points,
    signals: all,
    norms: [...before.norms, gradNorm.median],
    kept: nextKept(before.kept, all, { prefer, smoothing: run.smoothing }),
    progress: nextProgress(before.progress, seen),
    overfitting: nextOverfitting(before.overfitting, seen),
    forgetting: nextForgetting(before.forgetting, signals, thresholds),
    diverging: nextDiverging(before.diverging, seen, { gradNorm, norms: before.norms }),
  };
}

/** What is new or asks for more; where something has only ended, the gravest of what goes on. */
function changed(before: Standing, after: Standing): readonly Verdict[] {
  const keysOf = ({ now, forgetting, diverging }: Standing) =>
    now.map(({ state, actions }) => {
      if (state === "forgetting") return `${state} ${forgetting.isSevere}`;
      return `${state} ${state === "diverging" ? diverging.alarms : actions.length}`;
    });
  const [old, current] = [keysOf(before), keysOf(after)];
  const begun = after.now.filter((_, index) => !old.includes(current[index] ?? ""));
  return begun.length === 0 && old.length > current.length ? after.now.slice(0, 1) : begun;
}

function keptOf({ prefer }: Judging, { points, signals, kept }: Standing): Kept {
  const { learned, generic, class: ofClass } = signals[kept] ?? signals[0];
  return {
    step: points[kept]?.step ?? 0,
    ...(prefer === undefined ? {} : { prefer }),
    learned,
    ...(generic === undefined ? {} : { generic: generic.now }),
    ...(ofClass === undefined ? {} : { class: ofClass.now }),
  };
}
