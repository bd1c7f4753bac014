/** @file What was measured of a run, as curves: losses with no more points than can be drawn, and what its watch has seen. */

import type { Estimate } from "@atelier/diffusion/core";
import { historyOf, type TrainConfig } from "@atelier/diffusion/train";
import { judge, type RowValues, stateSpans, type WatchHistory } from "@atelier/diffusion/verdicts";
import { AtelierError } from "@atelier/engine";
import type { Curves } from "../../api/runs.js";
import type { RunLog } from "./run-log.js";
import { verdictsOf } from "./run-summary.js";

/** A point with the interval that it lies in. */
type CurvePoint = Curves["trained"][number];

/** The curves of a run. */
export function curvesOf(
  log: RunLog,
  { points, prefer }: { readonly points: number; readonly prefer: TrainConfig["watch"]["prefer"] },
): Curves {
  const { memoryBytes } = log;
  return {
    ...reduced(log, points),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...watched(log, prefer),
    verdicts: verdictsOf(log),
  };
}

/** As many points as asked for, each of as many steps: their mean, least and most, at the last of them. */
function reduced(
  { steps, losses, rates }: RunLog,
  points: number,
): Pick<Curves, "loss" | "learningRate"> {
  const loss: Curves["loss"] = { step: [], value: [], low: [], high: [] };
  const learningRate: Curves["learningRate"] = { step: [], value: [] };
  const count = Math.min(points, steps.length);
  for (let point = 0; point < count; point++) {
    const from = Math.floor((point * steps.length) / count);
    const to = Math.floor(((point + 1) * steps.length) / count);
    let [sum, low, high] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let index = from; index < to; index++) {
      const value = losses[index] ?? 0;
      sum += value;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    const step = steps[to - 1] ?? 0;
    loss.step.push(step);
    loss.value.push(sum / (to - from));
    loss.low.push(low);
    loss.high.push(high);
    learningRate.step.push(step);
    learningRate.value.push(rates[to - 1] ?? 0);
  }
  return { loss, learningRate };
}

type Watched = Pick<Curves, "trained" | "heldOut" | "forgotten" | "states" | "pictures" | "bank">;

const unwatched: Watched = { trained: [], heldOut: [], forgotten: [], states: [], pictures: [] };

function watched({ events }: RunLog, prefer: TrainConfig["watch"]["prefer"]): Watched {
  const history = historyOf(events);
  if (history === undefined) return unwatched;
  try {
    const { signals, bank } = judge(history, { prefer });
    const spans = stateSpans(history, prefer);
    const curve = (of: (signal: (typeof signals)[number]) => Estimate | undefined) =>
      signals.flatMap((signal): CurvePoint[] => {
        const estimate = of(signal);
        return estimate === undefined ? [] : [{ step: signal.step, ...estimate }];
      });
    return {
      bank,
      trained: curve(({ train }) => shareOf(train.ofThese)),
      heldOut: curve(({ learned }) => shareOf(learned.ofThese)),
      forgotten: curve(({ generic, class: ofClass }) => (generic ?? ofClass)?.now),
      states: [...spans.learning, ...spans.forgetting].map(({ state, from, to }) => ({
        ...{ from, to },
        state: state === "forgetting-much" ? "forgetting" : state,
      })),
      pictures: picturesOf(history),
    };
  } catch (error) {
    // A damaged record of a watch leaves the rest of the run to be seen.
    if (error instanceof AtelierError && error.code === "training") return unwatched;
    throw error;
  }
}

/** Log-ratios to the error at the start as changes: −0.3 is an error 30 % smaller. */
function shareOf({ value, low, high }: Estimate): Estimate {
  return { value: Math.expm1(value), low: Math.expm1(low), high: Math.expm1(high) };
}

/** Errors by picture at the start and at the last look. */
function picturesOf({ banks, start, looks }: WatchHistory): Curves["pictures"] {
  const last = looks.at(-1)?.rows ?? start;
  return (["train", "held-out"] as const).flatMap((bank) => {
    const rows = banks[bank] ?? [];
    const names = [...new Set(rows.map(({ picture }) => picture))];
    return names.map((name) => {
      const places = [...rows.keys()].filter((place) => rows[place]?.picture === name);
      const mean = (values: RowValues) => meanOf(places.map((place) => values[bank]?.[place]));
      return { name, first: mean(start), last: mean(last), isHeldOut: bank === "held-out" };
    });
  });
}

/** Of what is finite; 0 where nothing is. */
function meanOf(values: readonly (number | undefined)[]): number {
  const finite = values.filter((value): value is number => Number.isFinite(value));
  return finite.reduce((sum, value) => sum + value, 0) / Math.max(1, finite.length);
}
