/** @file What was measured of a run as charts: what it learned, what it forgot, and its loss. */

import type { Curves, Run } from "@atelier/server/api";
import type { Messages } from "../../messages/catalogue.js";
import { shownRange, smoothed, withTail } from "../../parts/curve/curve-data.js";
import type { Curve, CurvePlot, CurveShade } from "../../parts/curve/curve-types.js";
import { sharePercent } from "../../parts/percent.js";

type Point = Curves["heldOut"][number];
type Text = Messages["runs"]["run"]["curves"];

/** What charts are made with. */
export interface PlotWords {
  readonly text: Text;
  readonly states: Messages["common"]["verdictStates"];
}

/** A run as its charts need it. */
export type PlottedRun = Pick<Run, "state" | "steps" | "keptStep">;

/** The error on pictures in training and on others; nothing where it was not looked at. */
export function learnedPlot(
  curves: Curves,
  run: PlottedRun,
  { text, states }: PlotWords,
): CurvePlot | undefined {
  const { trained, heldOut } = curves;
  const steps = stepsOf(trained, heldOut);
  if (steps.length < 2) return undefined;
  const name = curves.bank === "echo" ? text.echo : text.heldOut;
  const lines: Curve[] = [
    {
      ...curveOf(trained, steps),
      ...{ label: text.training, color: "--curve-quiet", dash: [7, 4], mark: "hollow" },
    },
    {
      ...curveOf(heldOut, steps),
      ...{ label: name, color: "--curve-accent", mark: "full", width: 2.5 },
    },
  ];
  return {
    steps,
    curves: lines.filter(({ values }) => Array.from(values).some((value) => value !== null)),
    ...common(run, steps, text),
    shades: shadesOf(curves, states, (state) => state !== "forgetting"),
  };
}

/** How much worse other things are predicted; nothing where that was not measured. */
export function forgottenPlot(
  curves: Curves,
  run: PlottedRun,
  { text, states }: PlotWords,
): CurvePlot | undefined {
  const { forgotten } = curves;
  const steps = stepsOf(forgotten);
  if (steps.length < 2) return undefined;
  const curve = curveOf(forgotten, steps);
  const most = Math.max(0.05, ...forgotten.map(({ value }) => value));
  return {
    steps,
    curves: [{ ...curve, label: text.other, color: "--curve-ink", mark: "full" }],
    ...common(run, steps, text),
    // Bands are wider than what they say: the chart is as high as its line needs.
    range: [Math.min(0, ...forgotten.map(({ value }) => value)) - 0.05 * most, 1.3 * most],
    shades: shadesOf(curves, states, (state) => state === "forgetting"),
  };
}

/** The loss, with steps that were told since; nothing before the first one. */
export function lossPlot(
  { loss }: Curves,
  tail: readonly { readonly step: number; readonly loss: number }[],
  { text }: Pick<PlotWords, "text">,
): CurvePlot | undefined {
  const points = withTail(loss, tail);
  const last = points.step.at(-1);
  if (last === undefined || points.step.length < 2) return undefined;
  const middle = smoothed(points.step, points.value, Math.max(3, last / 40));
  return {
    steps: points.step,
    curves: [
      {
        ...{ label: text.single, color: "--curve-quiet", width: 0.75, values: points.value },
        band: { low: points.low, high: points.high },
      },
      { label: text.smooth, color: "--curve-accent", width: 2, values: middle },
    ],
    scale: { kind: "even" },
    range: shownRange(points, middle),
    format: lossText,
  };
}

/** Three digits that count. */
export const lossText = (value: number): string => String(Number(value.toPrecision(3)));

/** What a chart says to those who do not see it. */
export function described({ steps, curves, format }: CurvePlot, text: Text): string {
  const [first = 0, last = 0] = [steps[0], steps[steps.length - 1]];
  const told = curves.flatMap(({ label, values }) => {
    const own = Array.from(values).filter((value) => value !== null);
    const [from, to] = [own[0], own.at(-1)];
    return from === undefined || to === undefined
      ? []
      : [`${label} ${format(from)} → ${format(to)}`];
  });
  return text.described(text.step(first), text.step(last), told.join(", "));
}

function common(
  { state, steps: planned, keptStep }: PlottedRun,
  steps: Float64Array,
  text: Text,
): Pick<CurvePlot, "scale" | "marks" | "format"> {
  const reached = steps.at(-1) ?? 0;
  const first = steps.find((step) => step > 0) ?? 1;
  // Where it goes on there is room for what is to come.
  const last = state === "running" ? Math.max(planned, reached) : reached;
  return {
    scale: { kind: "early", first, last },
    marks: keptStep === undefined ? [] : [{ step: keptStep, label: text.kept(keptStep) }],
    format: sharePercent,
  };
}

function stepsOf(...curves: readonly (readonly Point[])[]): Float64Array {
  const all = new Set(curves.flatMap((points) => points.map(({ step }) => step)));
  return Float64Array.from(all).sort();
}

function curveOf(
  points: readonly Point[],
  steps: Float64Array,
): Pick<Curve, "values"> & Required<Pick<Curve, "band">> {
  const by = new Map(points.map((point) => [point.step, point] as const));
  const column = (part: "value" | "low" | "high") =>
    Array.from(steps, (step) => {
      const value = by.get(step)?.[part];
      return value === undefined || !Number.isFinite(value) ? null : value;
    });
  return { values: column("value"), band: { low: column("low"), high: column("high") } };
}

const tones: Readonly<Record<Curves["states"][number]["state"], CurveShade["tone"]>> = {
  learning: "good",
  "learned-enough": "quiet",
  "nothing-happens": "quiet",
  overfitting: "bad",
  forgetting: "bad",
  diverging: "bad",
};

/** States one after the other; parts of one that follow each other are one. */
function shadesOf(
  { states }: Curves,
  names: PlotWords["states"],
  isShown: (state: Curves["states"][number]["state"]) => boolean,
): CurveShade[] {
  const shades: CurveShade[] = [];
  for (const { state, from, to } of states) {
    if (!isShown(state)) continue;
    const [label, last] = [names[state], shades.at(-1)];
    if (last?.label === label && last.to >= from) shades[shades.length - 1] = { ...last, to };
    else shades.push({ label, from, to, tone: tones[state] });
  }
  return shades;
}
