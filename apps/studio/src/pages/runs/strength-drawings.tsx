/** @file What was drawn with a result at several strengths. */

import { addressOf, routes } from "@atelier/server/api";
import { Stack, Text } from "@mantine/core";
import { useText } from "../../messages/language.js";
import classes from "./run.module.css";

/** The sheet in the run's folder. */
export function StrengthDrawings({
  run,
  version,
}: {
  readonly run: string;
  /** Changes when it is drawn anew. */
  readonly version: string;
}) {
  const { runs } = useText();
  const { strength: text } = runs.run;
  return (
    <Stack gap={4}>
      <Text size="sm" c="var(--quiet)">
        {text.drawings}
      </Text>
      <img
        className={`${classes.drawings} pixels`}
        src={`${addressOf(routes.runs.file, { run, "*": "strength.png" })}?version=${version}`}
        alt={text.drawings}
      />
    </Stack>
  );
}
