/** @file What would fit the memory, each told by a forecast of its own. */

import type { Forecast } from "@atelier/server/api";
import { Button, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { useText } from "../../messages/language.js";
import { forecastRequestOf } from "./compose-settings.js";
import { useDesk } from "./desk.js";
import { type Smaller, smallerSettings } from "./smaller-settings.js";
import { baseName } from "./train-form.js";
import { useForecasts } from "./use-asked.js";

/** Changes that fit, to be taken. */
export function Remedies({
  forecast,
  availableBytes,
}: {
  readonly forecast: Forecast;
  readonly availableBytes: number;
}) {
  const { form, composed, set } = useDesk();
  const { train, common } = useText();
  const { forecast: text } = train;
  const changes = useMemo(() => {
    const { width, height, config } = forecast;
    const { batchSize, gradientCheckpointing: checkpointing } = config;
    const base = baseName(form.base);
    return smallerSettings(
      { technique: composed.technique, base, width, height, batchSize, checkpointing },
      availableBytes,
    );
  }, [forecast, form.base, composed.technique, availableBytes]);
  const answers = useForecasts(
    changes.map(({ values }) => forecastRequestOf(form, composed, values)),
  );
  const fitting = changes.flatMap((change, index) => {
    const answer = answers[index]?.data;
    return answer?.fits === true ? [{ change, memoryBytes: answer.memoryBytes }] : [];
  });
  const isLooking = answers.some(({ isPending }) => isPending);
  if (fitting.length === 0) {
    return isLooking ? null : <Text size="sm">{text.nothingFits}</Text>;
  }
  return (
    <Stack gap="xs" align="flex-start">
      <Text size="sm">{text.wouldFit}</Text>
      {fitting.map(({ change, memoryBytes }) => (
        <Button
          key={change.kind}
          size="compact-sm"
          variant="default"
          h="auto"
          py={4}
          maw="100%"
          styles={{ label: { whiteSpace: "normal", textAlign: "start" } }}
          onClick={() => set(typedValues(change.values))}
        >
          {text.take(changeText(change, text.smaller), common.bytes(memoryBytes))}
        </Button>
      ))}
    </Stack>
  );
}

const typedValues = (values: Smaller["values"]): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([path, value]) => [path, String(value)]));

type SmallerText = ReturnType<typeof useText>["train"]["forecast"]["smaller"];

function changeText({ kind, values }: Smaller, text: SmallerText): string {
  switch (kind) {
    case "limit":
      return text.limit(String(values["maxMemory"]));
    case "size":
      return text.size(`${String(values["data.width"])} × ${String(values["data.height"])}`);
    case "batch":
    case "again":
    case "bits":
      return text[kind];
    default:
      return kind satisfies never;
  }
}
