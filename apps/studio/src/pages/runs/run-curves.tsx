/** @file The charts of a run: what it learned, what it forgot, and its loss, live while it trains. */

import type { Curves, JobEvent, Run } from "@atelier/server/api";
import { Text } from "@mantine/core";
import { useMemo } from "react";
import { useText } from "../../messages/language.js";
import { CurveChart } from "../../parts/curve/curve-chart.js";
import type { CurvePlot } from "../../parts/curve/curve-types.js";
import { described, forgottenPlot, learnedPlot, lossPlot } from "./curve-plots.js";
import { stepsAfter } from "./live-steps.js";
import classes from "./run.module.css";
import { RunSection } from "./run-section.js";

/** Three charts. */
export function RunCurves({
  run,
  curves,
  events,
}: {
  readonly run: Run;
  readonly curves: Curves;
  readonly events: readonly JobEvent[];
}) {
  const { runs, common } = useText();
  const { curves: text } = runs.run;
  const { state, steps, keptStep } = run;
  const words = useMemo(() => ({ text, states: common.verdictStates }), [text, common]);
  const plotted = useMemo(
    () => ({ state, steps, ...(keptStep !== undefined && { keptStep }) }),
    [state, steps, keptStep],
  );
  const learned = useMemo(() => learnedPlot(curves, plotted, words), [curves, plotted, words]);
  const forgotten = useMemo(() => forgottenPlot(curves, plotted, words), [curves, plotted, words]);
  const loss = useMemo(() => {
    const known = curves.loss.step.at(-1) ?? 0;
    return lossPlot(curves, state === "running" ? stepsAfter(events, known) : [], words);
  }, [curves, state, events, words]);
  return (
    <div className={classes.charts}>
      <RunSection title={text.learned} note={text.learnedNote}>
        <Chart plot={learned} label={text.learned} none={text.noLooks} />
      </RunSection>
      <RunSection title={text.forgotten} note={text.forgottenNote}>
        <Chart plot={forgotten} label={text.forgotten} none={text.noForgetting} />
      </RunSection>
      <div className={classes.wide}>
        <RunSection title={text.loss} note={text.lossNote}>
          <Chart plot={loss} label={text.loss} none={text.noLoss} />
        </RunSection>
      </div>
    </div>
  );
}

function Chart({
  plot,
  label,
  none,
}: {
  readonly plot: CurvePlot | undefined;
  readonly label: string;
  readonly none: string;
}) {
  const { runs } = useText();
  const { curves: text } = runs.run;
  if (plot === undefined) return <Text c="var(--quiet)">{none}</Text>;
  return (
    <CurveChart
      {...{ plot, label }}
      description={`${described(plot, text)} ${text.help}.`}
      stepText={text.step}
    />
  );
}
