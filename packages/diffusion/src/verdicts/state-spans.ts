/** @file From when to when a run was in which state, as its looks tell. */

import type { Preference, Verdict, VerdictState } from "../core/verdict.js";
import type { WatchHistory } from "./history.js";
import { judge } from "./judge.js";

/** A state, or forgetting that is severe. */
export type ShownState = VerdictState | "forgetting-much";

/** Some steps in one state. */
export interface StateSpan {
  readonly state: ShownState;
  readonly from: number;
  /** The last look of it, or where the next state begins. */
  readonly to: number;
}

/** What holds beside each other is told apart: how it learns, and whether it forgets. */
export interface StateSpans {
  readonly learning: readonly StateSpan[];
  readonly forgetting: readonly StateSpan[];
}

/** Judges every beginning of a history. */
export function stateSpans(history: WatchHistory, prefer: Preference | undefined): StateSpans {
  const seen = history.looks.map(({ step }, index) => {
    const { now } = judge({ ...history, looks: history.looks.slice(0, index + 1) }, { prefer });
    return { step, now };
  });
  return {
    learning: spansOf(seen, ({ state }) => (state === "forgetting" ? undefined : state)),
    forgetting: spansOf(seen, (verdict) => {
      if (verdict.state !== "forgetting") return undefined;
      return verdict.numbers.isSevere ? "forgetting-much" : "forgetting";
    }),
  };
}

/** A state holds since the step that is said of it, as far as no other was said of that step before. */
function spansOf(
  seen: readonly { readonly step: number; readonly now: readonly Verdict[] }[],
  nameOf: (verdict: Verdict) => ShownState | undefined,
): StateSpan[] {
  const spans: StateSpan[] = [];
  let before: ShownState | undefined;
  for (const { step, now } of seen) {
    const verdict = now.find((each) => nameOf(each) !== undefined);
    const state = verdict && nameOf(verdict);
    const last = spans.at(-1);
    if (state !== undefined && state === before && last !== undefined) {
      spans[spans.length - 1] = { ...last, to: step };
    } else if (verdict !== undefined && state !== undefined) {
      // Forgetting that becomes severe holds since its look: the verdict says when it began at all.
      const since = state === "forgetting-much" && last !== undefined ? step : verdict.since;
      const from = Math.max(since, last?.from ?? 0);
      const to = before === undefined ? Math.min(last?.to ?? from, from) : from;
      if (last !== undefined) spans[spans.length - 1] = { ...last, to };
      spans.push({ state, from, to: step });
    }
    before = state;
  }
  return spans.filter(({ from, to }, index) => to > from || index === spans.length - 1);
}
