/** @file Machines that take jobs: what they are, how busy, and when they were heard of. */

import { type Job, routes, type Worker } from "@atelier/server/api";
import { Anchor, Badge, Group, Paper, Progress, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { ServerOff } from "lucide-react";
import { useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Answered } from "../../parts/answered.js";
import { EmptyState } from "../../parts/empty-state.js";
import classes from "./queue.module.css";

/** Cards. */
export function Machines({ running }: { readonly running: readonly Job[] }) {
  const { queue: text } = useText();
  const query = useRoute(routes.jobs.workers, {}, { refetchInterval: 15_000 });
  return (
    <Answered query={query}>
      {(workers) =>
        workers.length === 0 ? (
          <EmptyState
            icon={ServerOff}
            title={text.machine.none.title}
            body={text.machine.none.body}
          />
        ) : (
          <ul className={classes.machines}>
            {workers.map((worker) => (
              <li key={worker.name}>
                <Machine worker={worker} running={running} />
              </li>
            ))}
          </ul>
        )
      }
    </Answered>
  );
}

function Machine({
  worker,
  running,
}: {
  readonly worker: Worker;
  readonly running: readonly Job[];
}) {
  const { common, queue } = useText();
  const { machine: text } = queue;
  const { name, host, version, backend, cores, memoryBytes, load, lanes, jobs, seen } = worker;
  const age = Math.max(0, (Date.now() - Date.parse(seen)) / 1000);
  const percent = Math.round(100 * load);
  return (
    <Paper withBorder p="md" bg="var(--surface)" h="100%">
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Text fw={600}>{host === name ? name : `${host} · ${name}`}</Text>
          {worker.isAlive ? (
            <Badge variant="light" tt="none">
              {text.alive}
            </Badge>
          ) : (
            <Text size="sm" c="var(--attention)" fw={600}>
              {text.gone}
            </Text>
          )}
        </Group>
        <Text size="sm" c="var(--quiet)">
          {[backend, text.cores(cores), text.memory(common.bytes(memoryBytes))].join(" · ")}
        </Text>
        <Text size="sm" c="var(--quiet)">
          {text.takes(lanes.map((lane) => text.lanes[lane]))} · {text.version(version)}
        </Text>
        {worker.isAlive ? (
          <>
            <div className={classes.load}>
              <Text size="sm">{text.load}</Text>
              <Progress value={Math.min(100, percent)} aria-label={text.load} />
              <Text size="sm">{text.loadOf(percent)}</Text>
            </div>
            <Text size="sm" component="div">
              {jobs.length === 0 ? (
                <Text span c="var(--quiet)" inherit>
                  {text.idle}
                </Text>
              ) : (
                <>
                  {text.works}{" "}
                  {jobs.map((id, index) => (
                    <span key={id}>
                      {index > 0 && ", "}
                      <Anchor
                        inherit
                        renderRoot={(props) => (
                          <Link to="/queue/$job" params={{ job: id }} {...props} />
                        )}
                      >
                        {running.find((job) => job.id === id)?.title ?? id.slice(0, 8)}
                      </Anchor>
                    </span>
                  ))}
                </>
              )}
            </Text>
          </>
        ) : (
          <Text size="sm" c="var(--quiet)">
            {text.seen(common.ago(age))}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}
