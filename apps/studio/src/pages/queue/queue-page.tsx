/** @file The page of the queue: what is being done, what comes next, the machines, and what is over. */

import { routes } from "@atelier/server/api";
import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { ListTodo } from "lucide-react";
import { type ReactNode, useId } from "react";
import { useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Answered } from "../../parts/answered.js";
import { EmptyState } from "../../parts/empty-state.js";
import { PageTitle } from "../../parts/page-title.js";
import { EndedJobs } from "./ended-jobs.js";
import { LaterJobs } from "./later-jobs.js";
import { Machines } from "./machines.js";
import { byTime } from "./queue-order.js";
import { RunningJobs } from "./running-jobs.js";
import { Schedules } from "./schedules.js";
import { WaitingJobs } from "./waiting-jobs.js";

/** Jobs that wait are shown as many as these; a studio has rarely more. */
const mostWaiting = 1_000;

/** The page. */
export function QueuePage() {
  const { shell, queue: text, times } = useText();
  const running = useRoute(
    routes.jobs.list,
    { query: { state: "running", limit: 200 } },
    { refetchInterval: 3_000 },
  );
  const waiting = useRoute(routes.jobs.list, { query: { state: "waiting", limit: mostWaiting } });
  const schedules = useRoute(routes.schedules.list, {});
  const [now, next] = [running.data?.jobs ?? [], waiting.data?.jobs ?? []];
  // A job whose time comes is told of, and the list is fetched anew.
  const { ready, timed } = byTime(next, waiting.dataUpdatedAt);
  const isIdle =
    running.data !== undefined && waiting.data !== undefined && now.length + next.length === 0;
  return (
    <>
      <PageTitle title={shell.places.queue} about={text.about} />
      <Stack gap="xl">
        {isIdle ? (
          <NothingToDo />
        ) : (
          <>
            <Part title={text.now}>
              <Answered query={running}>
                {({ jobs }) =>
                  jobs.length === 0 ? (
                    <Text c="var(--quiet)">{text.noneRunning}</Text>
                  ) : (
                    <RunningJobs jobs={jobs} />
                  )
                }
              </Answered>
            </Part>
            <Part title={text.next}>
              <Answered query={waiting}>
                {({ next: more }) => (
                  <Stack gap="xs">
                    <Text size="sm" c="var(--quiet)">
                      {ready.length === 0
                        ? text.noneWaiting
                        : more === undefined
                          ? text.waiting(ready.length)
                          : text.moreWaiting(ready.length)}
                    </Text>
                    {ready.length > 0 && <WaitingJobs jobs={ready} />}
                  </Stack>
                )}
              </Answered>
            </Part>
            {timed.length > 0 && (
              <Part title={text.timed}>
                <LaterJobs jobs={timed} />
              </Part>
            )}
          </>
        )}
        {(schedules.data ?? []).length > 0 && (
          <Part title={times.repeat.list}>
            <Schedules schedules={schedules.data ?? []} />
          </Part>
        )}
        <Part title={text.machines}>
          <Machines running={now} />
        </Part>
        <Part title={text.ended}>
          <EndedJobs />
        </Part>
      </Stack>
    </>
  );
}

function NothingToDo() {
  const { queue: text } = useText();
  return (
    <EmptyState icon={ListTodo} title={text.empty.title} body={text.empty.body}>
      <Group gap="xs" justify="center">
        <Button renderRoot={(props) => <Link to="/train" {...props} />}>{text.empty.train}</Button>
        <Button variant="default" renderRoot={(props) => <Link to="/draw" {...props} />}>
          {text.empty.draw}
        </Button>
      </Group>
    </EmptyState>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Title order={2} size="h4" mb="sm" id={id}>
        {title}
      </Title>
      {children}
    </section>
  );
}
