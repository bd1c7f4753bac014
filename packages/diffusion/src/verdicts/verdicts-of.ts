/** @file The states of a training as verdicts: with the numbers behind them, and what may be done. */

import type { Kept, Verdict, VerdictAction, VerdictNumbers } from "../core/verdict.js";
import type { Diverging } from "./diverging.js";
import type { Forgetting } from "./forgetting.js";
import type { Overfitting } from "./overfitting.js";
import type { Progress } from "./progress.js";
import { levelAt, type Points, type Signals, type WatchedRun } from "./signals.js";
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

/** The look at which verdicts are given. */
interface Told {
  readonly step: number;
  readonly kept: Kept;
}

/** For whom. */
interface Asked {
  readonly run: WatchedRun;
  readonly thresholds: Thresholds;
}

/** Times the rate: where nothing happens; where a run goes back; where a last approach begins. */
const rateFactors = { raise: 3, lower: 0.3, coolDown: 0.3 };

/** A last approach takes this share of the steps so far. */
const coolDownShare = 0.2;

/**
 * The gravest first. Where a training overfits or falls apart, it is not said how it learns, and where it falls
 * apart, not that it overfits.
 */
export function verdictsOf(
  { run, thresholds }: Asked,
  states: States,
  told: Told,
): readonly Verdict[] {
  const { learned, train } = states.signals;
  const { diverging, forgetting, overfitting, progress } = states;
  const bank = run.banks.learned.name === "echo" ? "echo" : "held-out";
  const common = { ...told, bank } as const;
  const verdicts: Verdict[] = [];
  if (diverging.now !== undefined) {
    verdicts.push({
      ...common,
      state: "diverging",
      ...diverging.now,
      advice: [{ code: "lower-rate", params: { factor: rateFactors.lower } }],
      actions: diverging.alarms > 1 ? [{ kind: "stop" }] : [goBack(told)],
    });
  }
  if (forgetting.since !== undefined) {
    verdicts.push({
      ...common,
      state: "forgetting",
      since: forgetting.since,
      numbers: forgottenOf(run, states),
      advice: [
        { code: "prediction-prior", params: {} },
        { code: "less-strength", params: {} },
      ],
      actions: [{ kind: "prediction-prior" }],
    });
  }
  if (diverging.now !== undefined) return verdicts;
  if (overfitting.since !== undefined) {
    const { since, isOfOthers } = overfitting;
    const { worsening } = states.signals;
    const numbers = { train, learned: learnedSinceBest(run, states), worsening };
    const ending = isOfOthers ? endOf(told) : goOn;
    return [...verdicts, { ...common, state: "overfitting", since, numbers, ...ending }];
  }
  if (progress.state === undefined) return verdicts;
  const since = states.points[progress.since]?.step ?? 0;
  switch (progress.state) {
    case "nothing-happens": {
      const advice = [{ code: "raise-rate", params: { factor: rateFactors.raise } }] as const;
      const rest = { since, numbers: { train }, advice, actions: [] };
      return [...verdicts, { ...common, state: progress.state, ...rest }];
    }
    case "learning":
      return [
        ...verdicts,
        { ...common, state: progress.state, since, numbers: { learned }, ...goOn },
      ];
    case "learned-enough": {
      const ending = learned.pictures < thresholds.learnedEnough.pictures ? goOn : endOf(told);
      const rest = { since, numbers: { learned }, ...ending };
      return [...verdicts, { ...common, state: progress.state, ...rest }];
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

function forgottenOf(
  { banks }: WatchedRun,
  { signals: { generic, class: ofClass }, forgetting: { isSevere } }: States,
): VerdictNumbers["forgetting"] {
  const prompt = banks.class?.rows[0]?.picture ?? "";
  return {
    isSevere,
    ...(generic === undefined ? {} : { generic }),
    ...(ofClass === undefined ? {} : { class: { ...ofClass, prompt } }),
  };
}

function learnedSinceBest(run: WatchedRun, { points, signals }: States) {
  const best = points[signals.best] ?? points[0];
  return { from: levelAt(run, "learned", best), to: signals.learned.ofThese.value };
}

function goBack({ kept }: Told): VerdictAction {
  return { kind: "return", to: kept.step, rateFactor: rateFactors.lower };
}
