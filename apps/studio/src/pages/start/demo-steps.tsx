/** @file The four parts of a demo: which are over, how far the one that goes on is, and how long all still take. */

import { routes } from "@atelier/server/api";
import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { Check } from "lucide-react";
import { useChange } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { useToasts } from "../../parts/toasts.js";
import { type DemoPart, type DemoProgress, demoParts } from "./read-demo.js";
import classes from "./start.module.css";

/** The parts. */
export function DemoSteps({
  job,
  progress,
}: {
  readonly job: string;
  readonly progress: DemoProgress | undefined;
}) {
  const { start, common } = useText();
  const { demo: text } = start;
  const { tellError } = useToasts();
  const cancel = useChange(routes.jobs.cancel);
  const at = progress === undefined ? -1 : demoParts.indexOf(progress.part);
  return (
    <Stack gap="xs">
      <ol className={classes.steps}>
        {demoParts.map((part, index) => (
          <li
            key={part}
            className={classes.step}
            {...(index === at && { "aria-current": "step" as const })}
          >
            <Group gap={4} wrap="nowrap" mb={4}>
              {index < at ? (
                <Check size={16} color="var(--accent-text)" aria-hidden />
              ) : (
                <Text span size="sm">
                  {index + 1}
                </Text>
              )}
              <Text size="sm" fw={index === at ? 600 : 400}>
                {text.parts[part]}
              </Text>
            </Group>
            <Progress
              size="xs"
              value={100 * shareOf(part, progress)}
              aria-label={text.parts[part]}
              transitionDuration={120}
            />
          </li>
        ))}
      </ol>
      <Group justify="space-between">
        <Text size="sm" c="var(--quiet)">
          {progress === undefined
            ? text.starting
            : common.left(common.duration(progress.secondsLeft))}
        </Text>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          loading={cancel.isPending}
          onClick={() => cancel.mutate({ params: { job } }, { onError: tellError })}
        >
          {common.cancel}
        </Button>
      </Group>
    </Stack>
  );
}

/** How much of a part is done, from 0 to 1. */
function shareOf(part: DemoPart, progress: DemoProgress | undefined): number {
  if (progress === undefined) return 0;
  const [at, own] = [demoParts.indexOf(progress.part), demoParts.indexOf(part)];
  if (own !== at) return own < at ? 1 : 0;
  return progress.done / Math.max(1, progress.total);
}
