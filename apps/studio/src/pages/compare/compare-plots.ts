/** @file Curves of several runs over each other, each with a colour and dashes of its own. */

import type { Curves } from "@atelier/server/api";
import { onOneAxis, smoothed } from "../../parts/curve/curve-data.js";
import type { Curve, CurveColor, CurvePlot } from "../../parts/curve/curve-types.js";
import { sharePercent } from "../../parts/percent.js";
import { lossText } from "../runs/curve-plots.js";

/** What is compared. */
export const measures = ["heldOut", "trained", "forgotten", "loss"] as const;

/** One of them. */
export type Measure = (typeof measures)[number];

/** A run with what was measured of it. */
export interface ComparedRun {
  readonly name: string;
  readonly label: string;
  readonly curves: Curves;
}

/** How the curves of a run look: eight colours that differ in lightness as well, then the same with dashes. */
export function lookOf(
  index: number,
): Pick<Curve, "color"> & { readonly dash?: readonly number[] } {
  const colors = 8;
  // Sound: the names are those of `curve.module.css`.
  const color = `--curve-${(index % colors) + 1}` as CurveColor;
  const dashes = [undefined, [7, 4], [2, 3]][Math.floor(index / colors) % 3];
  return dashes === undefined ? { color } : { color, dash: dashes };
}

/** A chart of one measure; nothing where no run has it. Runs keep their looks whatever is shown. */
export function comparePlot(runs: readonly ComparedRun[], measure: Measure): CurvePlot | undefined {
  const curves = runs.map(({ curves: own }) => curveOf(own, measure));
  const { steps, values } = onOneAxis(curves);
  const last = steps.at(-1);
  if (last === undefined || steps.length < 2) return undefined;
  const isLoss = measure === "loss";
  const first = steps.find((step) => step > 0) ?? 1;
  return {
    steps,
    curves: runs.flatMap(({ label }, index): Curve[] => {
      const own = values[index];
      if (own === undefined || own.every((value) => value === null)) return [];
      return [{ label, values: own, ...lookOf(index), ...(!isLoss && { mark: "full" as const }) }];
    }),
    scale: isLoss ? { kind: "even" } : { kind: "early", first, last },
    format: isLoss ? lossText : sharePercent,
  };
}

function curveOf(
  curves: Curves,
  measure: Measure,
): { readonly step: ArrayLike<number>; readonly value: ArrayLike<number> } {
  if (measure === "loss") {
    const { step, value } = curves.loss;
    return { step, value: smoothed(step, value, Math.max(3, (step.at(-1) ?? 0) / 40)) };
  }
  const points = curves[measure];
  return { step: points.map(({ step }) => step), value: points.map(({ value }) => value) };
}
