/** @file Curves of runs over each other, one measure at a time. */

import { SegmentedControl, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useText } from "../../messages/language.js";
import { CurveChart } from "../../parts/curve/curve-chart.js";
import { described } from "../runs/curve-plots.js";
import { RunSection } from "../runs/run-section.js";
import classes from "./compare.module.css";
import { comparePlot, type Measure, measures } from "./compare-plots.js";
import type { Compared } from "./compared.js";

/** The chart. */
export function CompareCurves({ runs }: { readonly runs: readonly Compared[] }) {
  const { compare, runs: words } = useText();
  const { curves: text } = compare;
  const [measure, setMeasure] = useState<Measure>("heldOut");
  const plot = useMemo(
    () =>
      comparePlot(
        runs.map(({ run: { name }, label, curves }) => ({ name, label, curves })),
        measure,
      ),
    [runs, measure],
  );
  return (
    <RunSection title={text.title} note={text.notes[measure]}>
      <SegmentedControl
        size="xs"
        className={classes.switch}
        aria-label={text.measure}
        data={measures.map((value) => ({ value, label: text.measures[value] }))}
        value={measure}
        onChange={(value) => setMeasure(measures.find((each) => each === value) ?? "heldOut")}
      />
      {plot === undefined ? (
        <Text c="var(--quiet)">{text.none}</Text>
      ) : (
        <CurveChart
          plot={plot}
          height={340}
          label={`${text.title}: ${text.measures[measure]}`}
          description={described(plot, words.run.curves)}
          stepText={words.run.curves.step}
        />
      )}
    </RunSection>
  );
}
