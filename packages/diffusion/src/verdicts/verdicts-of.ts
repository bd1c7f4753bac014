/** @file The states of a training as verdicts: with the numbers behind them, and what may be done. */

import type { Kept, LearnedBank, Verdict } from "../core/verdict.js";
import type { Diverging } from "./diverging.js";
import type { Forgetting } from "./forgetting.js";
import type { Overfitting } from "./overfitting.js";
import type { Progress } from "./progress.js";
import { bankOf, levelAt, type Points, type Signals, type WatchedRun } from "./signals.js";
import type { Thresholds } from "./thresholds.js";

/** What holds after a look. */
export interface States {
  readonly points: Points;
  /** At the last point. */
  readonly signals: Signals;
  readonly progress: Progress;
  readonly overfitting: Overfitting;
  readonly forgetting: Forgetting;
  readonly diverging: Diverging;
}

/** What a run is judged by. */
interface Judged {
  readonly run: WatchedRun;
  readonly thresholds: Thresholds;
}

/** The look at which verdicts are given: what all of them have in common. */
interface Told {
  readonly step: number;
  readonly kept: Kept;
  readonly bank: LearnedBank;
}

/** Times the rate: where nothing happens; where a run goes back; where a last approach begins. */
const rateFactors = { raise: 3, lower: 0.3, coolDown: 0.3 };

/** A last approach takes this share of the steps so far. */
const coolDownShare = 0.2;

/** The gravest first. Where a training falls apart it is not said how it learns, nor where it overfits. */
export function verdictsOf(
  judged: Judged,
  states: States,
  at: Pick<Told, "step" | "kept">,
): readonly Verdict[] {
  const told: Told = { ...at, bank: bankOf(judged.run) };
  const diverging = divergingVerdict(states, told);
  const forgetting = forgettingVerdict(judged, states, told);
  const course = diverging === undefined ? courseVerdict(judged, states, told) : undefined;
  return [diverging, forgetting, course].flatMap((verdict) => verdict ?? []);
}

/**
 * Enlarged views of pictures in training get worse while others of their kind are still learned: they tell that
 * something is learned, not that it is enough or too much.
 */
function courseVerdict(judged: Judged, states: States, told: Told): Verdict | undefined {
  if (told.bank !== "echo") {
    return overfittingVerdict(judged, states, told) ?? progressVerdict(judged, states, told);
  }
  const { progress } = states;
  const isOver = progress.state === "learned-enough";
  const open = isOver ? { ...progress, state: "learning" as const } : progress;
  return progressVerdict(judged, { ...states, progress: open }, told);
}

function divergingVerdict({ diverging }: States, told: Told): Verdict | undefined {
  if (diverging.now === undefined) return undefined;
  const factor = rateFactors.lower;
  const { kept } = told;
  // What is no number stays none, and to the start there is no way back.
  const isLost = diverging.now.numbers.cause === "not-finite" && kept.step === 0;
  return {
    ...told,
    state: "diverging",
    ...diverging.now,
    advice: [{ code: "lower-rate", params: { factor } }],
    actions:
      diverging.alarms === 1 && !isLost
        ? [{ kind: "return", to: kept.step, rateFactor: factor }]
        : [{ kind: "stop" }],
  };
}

function forgettingVerdict(
  { run: { banks, priorSince = Number.POSITIVE_INFINITY } }: Judged,
  { signals: { generic, class: ofClass }, forgetting: { since, isSevere } }: States,
  told: Told,
): Verdict | undefined {
  if (since === undefined) return undefined;
  const prompt = banks.class?.rows[0]?.picture ?? "";
  const hasPrior = told.step > priorSince;
  return {
    ...told,
    state: "forgetting",
    since,
    numbers: {
      isSevere,
      ...(generic === undefined ? {} : { generic }),
      ...(ofClass === undefined ? {} : { class: { ...ofClass, prompt } }),
    },
    advice: [
      ...(hasPrior ? [] : [{ code: "prediction-prior", params: {} } as const]),
      { code: "less-strength", params: {} },
    ],
    actions: hasPrior ? [] : [{ kind: "prediction-prior" }],
  };
}

function overfittingVerdict(
  { run }: Judged,
  { points, signals, overfitting: { since, isOfOthers } }: States,
  told: Told,
): Verdict | undefined {
  if (since === undefined) return undefined;
  const { train, learned, worsening } = signals;
  const best = points[signals.best] ?? points[0];
  const change = { from: levelAt(run, "learned", best), to: learned.ofThese.value };
  return {
    ...told,
    state: "overfitting",
    since,
    numbers: { train, learned: change, worsening },
    ...(isOfOthers ? endOf(told) : goOn),
  };
}

function progressVerdict(
  { thresholds }: Judged,
  { points, signals: { learned, train }, progress }: States,
  told: Told,
): Verdict | undefined {
  const { state } = progress;
  if (state === undefined) return undefined;
  const common = { ...told, since: points[progress.since]?.step ?? 0 };
  switch (state) {
    case "nothing-happens": {
      const advice = [{ code: "raise-rate", params: { factor: rateFactors.raise } }] as const;
      return { ...common, state, numbers: { train }, advice, actions: [] };
    }
    case "learning":
      return { ...common, state, numbers: { learned }, ...goOn };
    case "learned-enough": {
      const isEnd = learned.pictures >= thresholds.learnedEnough.pictures;
      return { ...common, state, numbers: { learned }, ...(isEnd ? endOf(told) : goOn) };
    }
  }
}

const goOn: Pick<Verdict, "advice" | "actions"> = { advice: [], actions: [] };

/** A last approach from the best look; the start has nothing that could be brought to an end. */
function endOf({ step, kept }: Told): Pick<Verdict, "advice" | "actions"> {
  const coolDown = {
    kind: "cool-down",
    from: kept.step,
    rateFactor: rateFactors.coolDown,
    steps: Math.max(1, Math.round(coolDownShare * step)),
  } as const;
  return {
    advice: [{ code: "stop", params: {} }],
    actions: [...(kept.step === 0 ? [] : [coolDown]), { kind: "stop" }],
  };
}
