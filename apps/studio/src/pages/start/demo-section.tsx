/** @file The demo: the button that begins it, and the demo itself while it goes on and after it. */

import { type Job, routes } from "@atelier/server/api";
import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { Play } from "lucide-react";
import { useState } from "react";
import { useChange, useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { useToasts } from "../../parts/toasts.js";
import { DemoLive } from "./demo-live.js";

/** A demo that ended no longer ago than this is still shown. */
const freshMs = 30 * 60_000;

/** The demo. */
export function DemoSection() {
  const { start } = useText();
  const { demo: text } = start;
  const { tellError } = useToasts();
  const { data } = useRoute(routes.jobs.list, { query: { kind: "demo", limit: 1 } });
  const create = useChange(routes.jobs.create);
  const [asked, setAsked] = useState<string>();
  const job = data?.jobs[0];
  const isOpen = job !== undefined && isGoingOn(job);
  const isShown = job !== undefined && (isOpen || isFresh(job) || job.id === asked);
  const begin = (): void =>
    create.mutate({ body: { request: { kind: "demo" } } }, { onError: tellError });
  return (
    <Paper withBorder p="lg" bg="var(--surface)" component="section">
      <Stack gap="lg">
        <Group justify="space-between" gap="md">
          <Stack gap={4} maw={640}>
            <Title order={2} size="h4">
              {isShown ? text.shown : text.title}
            </Title>
            <Text c="var(--quiet)">{text.body}</Text>
          </Stack>
          {!isOpen && (
            <Group gap="xs">
              {job !== undefined && !isShown && (
                <Button variant="default" size="md" onClick={() => setAsked(job.id)}>
                  {text.see}
                </Button>
              )}
              <Button
                size="md"
                variant={isShown ? "default" : "filled"}
                leftSection={<Play size={18} aria-hidden />}
                loading={create.isPending}
                disabled={data === undefined}
                onClick={begin}
              >
                {isShown ? text.again : text.begin}
              </Button>
            </Group>
          )}
        </Group>
        {isShown && <DemoLive job={job} />}
      </Stack>
    </Paper>
  );
}

const isGoingOn = ({ state }: Job): boolean => state === "waiting" || state === "running";

const isFresh = ({ ended, state }: Job): boolean =>
  state !== "cancelled" && ended !== undefined && Date.now() - Date.parse(ended) < freshMs;
