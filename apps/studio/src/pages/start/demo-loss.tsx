/** @file The loss of a demo's training as it comes. */

import { Stack, Text, Title } from "@mantine/core";
import { useMemo } from "react";
import { useText } from "../../messages/language.js";
import { CurveChart } from "../../parts/curve/curve-chart.js";
import { smoothed } from "../../parts/curve/curve-data.js";
import type { CurvePlot } from "../../parts/curve/curve-types.js";
import type { DemoState } from "./read-demo.js";

/** Half of the mean's weight lies on so many steps. */
const overSteps = 15;
const fewestSteps = 3;

/** The chart, once there is something to see. */
export function DemoLoss({ losses }: Pick<DemoState, "losses">) {
  const { start } = useText();
  const { demo: text } = start;
  const plot = useMemo<CurvePlot>(() => {
    const steps = losses.map(({ step }) => step);
    const values = losses.map(({ loss }) => loss);
    return {
      steps,
      curves: [
        { label: text.single, color: "--curve-quiet", values, width: 1 },
        { label: text.mean, color: "--curve-good", values: smoothed(steps, values, overSteps) },
      ],
      scale: { kind: "even" },
      format: (value) => value.toPrecision(2),
    };
  }, [losses, text]);
  if (losses.length < fewestSteps) return null;
  const last = plot.curves[1]?.values[losses.length - 1] ?? 0;
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {text.loss}
      </Title>
      <Text size="sm" c="var(--quiet)">
        {text.lossHint}
      </Text>
      <CurveChart
        plot={plot}
        height={200}
        label={text.lossLabel}
        description={text.lossNow(last.toPrecision(2))}
        stepText={text.step}
      />
    </Stack>
  );
}
