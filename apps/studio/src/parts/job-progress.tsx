/** @file How far a job is, in two lines: what can be done about it, and what went wrong. */

import { type Job, routes } from "@atelier/server/api";
import { Anchor, Button, Group, Paper, Progress, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useChange } from "../app/use-route.js";
import { useText } from "../messages/language.js";
import { useToasts } from "./toasts.js";
import { useProblemText } from "./use-error-text.js";

/** A job with its progress; cancel while it goes on, again when it did not go well. */
export function JobProgress({ job, title }: { readonly job: Job; readonly title?: string }) {
  const { common: text } = useText();
  const problemText = useProblemText();
  const { tellError } = useToasts();
  const cancel = useChange(routes.jobs.cancel);
  const retry = useChange(routes.jobs.retry);
  const { id, state, progress, problem } = job;
  const isOpen = state === "waiting" || state === "running";
  const share = progress === undefined ? 0 : progress.done / Math.max(1, progress.total);
  const options = { onError: tellError };
  const name = title ?? nameOf(job, text.jobKinds);
  return (
    <Paper withBorder p="sm" bg="var(--surface)">
      <Stack gap="xs">
        <Group justify="space-between" gap="xs" wrap="nowrap">
          <Text size="sm" lineClamp={2} flex={1}>
            <Anchor
              inherit
              c="inherit"
              renderRoot={(props) => <Link to="/queue/$job" params={{ job: id }} {...props} />}
            >
              {name}
            </Anchor>
            <Text span c="var(--quiet)">
              {" · "}
              {text.states[state]}
              {state === "running" && progress !== undefined && ` · ${howFar(progress, text)}`}
            </Text>
          </Text>
          {isOpen && (
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              loading={cancel.isPending}
              onClick={() => cancel.mutate({ params: { job: id } }, options)}
            >
              {text.cancel}
            </Button>
          )}
          {(state === "failed" || state === "cancelled" || state === "stopped") && (
            <Button
              size="compact-sm"
              variant="default"
              loading={retry.isPending}
              onClick={() => retry.mutate({ params: { job: id } }, options)}
            >
              {text.retry}
            </Button>
          )}
        </Group>
        {isOpen && (
          <Progress value={100 * share} aria-label={name} size="sm" transitionDuration={120} />
        )}
        {problem !== undefined && (
          <Text size="sm" c="var(--attention)">
            {problemText(problem)}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}

type Common = ReturnType<typeof useText>["common"];

function howFar({ done, total, secondsLeft }: NonNullable<Job["progress"]>, text: Common): string {
  const count = `${Math.floor(done)}/${total}`;
  return secondsLeft === undefined ? count : `${count} · ${text.left(text.duration(secondsLeft))}`;
}

/** A kind of job in words; kinds that this page does not know keep their name. */
export function kindName(kind: string, names: Readonly<Record<string, string>>): string {
  return names[kind] ?? kind;
}

/** What a job is called: its kind in words, and what it is about. */
function nameOf({ kind, title }: Job, names: Readonly<Record<string, string>>): string {
  // There is one demo.
  return kind === "demo" ? kindName(kind, names) : `${kindName(kind, names)}: ${title}`;
}
