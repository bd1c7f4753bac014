/**
 * @file A chart of curves over steps, drawn by uPlot: values under the pointer or by the arrow keys, a part of the steps
 * by dragging, all of them again by a double click. Screen readers hear a slider over steps that tells the values.
 */

import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import classes from "./curve.module.css";
import { nearestValue } from "./curve-data.js";
import { CurveLegend } from "./curve-legend.js";
import { chartOptions, columnsOf, structureOf } from "./curve-options.js";
import type { CurvePlot } from "./curve-types.js";

/** The chart with its legend. */
export function CurveChart({
  plot,
  height = 260,
  label,
  description,
  stepText,
}: {
  readonly plot: CurvePlot;
  readonly height?: number;
  /** What it shows, in a few words. */
  readonly label: string;
  /** What is to be seen in it, in a sentence. */
  readonly description: string;
  readonly stepText: (step: number) => string;
}) {
  const { target, chart, index } = useChart(plot, height);
  const describedBy = useId();
  const { steps, curves, format } = plot;
  const last = steps.length - 1;
  const at = index ?? last;
  const told = curves.flatMap(({ label: name, values }) => {
    const value = values[nearestValue(values, at) ?? -1];
    return typeof value === "number" ? [`${name} ${format(value)}`] : [];
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const to = keyTarget(event.key, { at, last });
    const step = to === undefined ? undefined : steps[to];
    if (step === undefined || chart.current === undefined) return;
    event.preventDefault();
    chart.current.setCursor({ left: chart.current.valToPos(step, "x"), top: 0 });
  };
  return (
    <figure className={classes.figure}>
      <CurveLegend {...{ plot, index, stepText }} />
      <div
        ref={target}
        className={classes.plot}
        style={{ height }}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-describedby={describedBy}
        aria-valuemin={steps[0] ?? 0}
        aria-valuemax={steps[last] ?? 0}
        aria-valuenow={steps[at] ?? 0}
        aria-valuetext={`${stepText(steps[at] ?? 0)}: ${told.join(", ")}`}
        onKeyDown={onKeyDown}
      />
      <p id={describedBy} hidden>
        {description}
      </p>
    </figure>
  );
}

/** Which index a key goes to. */
function keyTarget(
  key: string,
  { at, last }: { readonly at: number; readonly last: number },
): number | undefined {
  const far = Math.max(1, Math.round(last / 10));
  const to = {
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    PageDown: at - far,
    PageUp: at + far,
    Home: 0,
    End: last,
  }[key];
  return to === undefined ? undefined : Math.min(last, Math.max(0, to));
}

/** Makes the chart anew where its lines are others, and draws it anew where only numbers are. */
function useChart(plot: CurvePlot, height: number) {
  const target = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const latest = useRef(plot);
  latest.current = plot;
  const drawn = useRef<CurvePlot | undefined>(undefined);
  const [index, setIndex] = useState<number | undefined>();
  const scheme = useComputedColorScheme();
  const structure = useMemo(() => structureOf(plot), [plot]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: structure and scheme say when it is made anew; the plot itself is read when it is drawn.
  useEffect(() => {
    const element = target.current;
    if (element === null) return;
    const styles = getComputedStyle(element);
    const made = new uPlot(
      chartOptions({
        ...{ width: element.clientWidth, height },
        plot: () => latest.current,
        colorOf: (name) => styles.getPropertyValue(name).trim(),
        onPoint: setIndex,
      }),
      columnsOf(latest.current),
      element,
    );
    chart.current = made;
    drawn.current = latest.current;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientWidth !== made.width) {
        made.setSize({ width: element.clientWidth, height });
      }
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [structure, scheme, height]);
  useEffect(() => {
    const made = chart.current;
    if (made === undefined || drawn.current === plot) return;
    drawn.current = plot;
    const columns = columnsOf(plot);
    // What lies around the lines may have changed alone.
    if (columns.every((column, place) => column === made.data[place])) made.redraw(false);
    else made.setData(columns);
  }, [plot]);
  return { target, chart, index };
}
