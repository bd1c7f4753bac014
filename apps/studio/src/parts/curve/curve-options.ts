/** @file A chart of curves as uPlot is told of it. */

import type uPlot from "uplot";
import { stepTicks } from "./curve-data.js";
import { type ColorOf, chartFont, drawNames, drawShades, withAlpha } from "./curve-drawing.js";
import type { Curve, CurvePlot } from "./curve-types.js";

/** What a chart is made with. `plot` gives what is drawn at that time; only its structure must stay the same. */
export interface ChartMaking {
  readonly width: number;
  readonly height: number;
  readonly plot: () => CurvePlot;
  readonly colorOf: ColorOf;
  /** Told the index of the steps that the pointer is at. */
  readonly onPoint: (index: number | undefined) => void;
}

/** Columns of a chart: steps, and of each curve the ends of its interval and its values. */
export function columnsOf({ steps, curves }: CurvePlot): uPlot.AlignedData {
  const columns = [
    steps,
    ...curves.flatMap(({ values, band }) =>
      band === undefined ? [values] : [band.high, band.low, values],
    ),
  ];
  // Sound: uPlot reads them by index and length, and changes none.
  return columns as unknown as uPlot.AlignedData;
}

/** Two plots with the same structure differ in numbers alone. */
export function structureOf({ curves, scale }: CurvePlot): string {
  return JSON.stringify([
    scale.kind,
    curves.map(({ label, color, dash, mark, width, band }) => [
      ...[label, color, dash, mark, width, band !== undefined],
    ]),
  ]);
}

/** The options of uPlot. */
export function chartOptions(making: ChartMaking): uPlot.Options {
  const { width, height, plot, colorOf, onPoint } = making;
  const { curves } = plot();
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  for (const curve of curves) {
    if (curve.band !== undefined) {
      const fill = withAlpha(colorOf(curve.color), 0.18);
      bands.push({ series: [series.length, series.length + 1], fill });
      series.push(edge(), edge());
    }
    series.push(lineOf(curve, colorOf));
  }
  return {
    ...{ width, height, series, bands },
    scales: { x: stepScale(plot), y: { range: (_, low, high) => valueRange(plot(), low, high) } },
    axes: axesOf(making),
    legend: { show: false },
    cursor: { y: false, points: { size: 8 }, drag: { x: true, y: false } },
    padding: [8, 12, 0, 0],
    hooks: {
      drawClear: [(chart) => drawShades(chart, plot(), colorOf)],
      draw: [(chart) => drawNames(chart, plot(), colorOf)],
      setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)],
    },
  };
}

/** The rim of a band is not drawn. */
const edge = (): uPlot.Series => ({ width: 0, points: { show: false }, spanGaps: true });

function lineOf({ color, dash, mark, width = 2 }: Curve, colorOf: ColorOf): uPlot.Series {
  const stroke = colorOf(color);
  return {
    ...{ stroke, width, spanGaps: true },
    ...(dash && { dash: [...dash] }),
    points:
      mark === undefined
        ? { show: false }
        : {
            ...{ show: true, size: 7, width: 2, stroke },
            fill: mark === "full" ? stroke : colorOf("--curve-paper"),
          },
  };
}

function stepScale(plot: () => CurvePlot): uPlot.Scale {
  const { scale } = plot();
  if (scale.kind === "even") return { time: false };
  const { first } = scale;
  return {
    time: false,
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot's name of it is a const enum, of which nothing is left at run time.
    distr: 100,
    fwd: (step) => Math.log1p(step / first),
    bwd: (place) => first * Math.expm1(place),
    range(_, low, high) {
      const { steps, scale: now } = plot();
      const isWhole = low === steps[0] && high === steps[steps.length - 1];
      return [isWhole ? 0 : low, isWhole && now.kind === "early" ? now.last : high];
    },
  };
}

function valueRange(
  { range }: CurvePlot,
  low: number | null,
  high: number | null,
): uPlot.Range.MinMax {
  if (range !== undefined) return [range[0], range[1]];
  if (low === null || high === null) return [0, 1];
  const room = 0.08 * (high - low || 1);
  return [low - room, high + room];
}

/** There are no halves of a step. */
const wholeSteps = [0, 1, 2, 3, 4, 5, 6].flatMap((power) => [1, 2, 5].map((n) => n * 10 ** power));

function axesOf({ plot, colorOf }: ChartMaking): uPlot.Axis[] {
  const look: uPlot.Axis = {
    stroke: colorOf("--curve-quiet"),
    font: chartFont(11),
    grid: { stroke: colorOf("--curve-edge"), width: 1 },
    ticks: { stroke: colorOf("--curve-edge"), width: 1, size: 4 },
  };
  const isEarly = plot().scale.kind === "early";
  return [
    {
      ...look,
      size: 28,
      incrs: wholeSteps,
      values: (_, splits) => splits.map(String),
      ...(isEarly && {
        // uPlot would leave most of them out, as on an axis of powers.
        filter: (_, splits) => splits,
        splits: (chart, _, low, high) =>
          stepTicks((step) => chart.valToPos(step, "x"), high, 40).filter((step) => step >= low),
      }),
    },
    {
      ...look,
      size: 56,
      values: (_, splits) => splits.map((value) => plot().format(value)),
    },
  ];
}
