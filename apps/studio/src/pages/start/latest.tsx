/** @file What goes on now, the latest runs and the latest pictures. */

import { addressOf, type Drawn, type Run, routes } from "@atelier/server/api";
import { Anchor, Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Answered } from "../../parts/answered.js";
import { JobProgress } from "../../parts/job-progress.js";
import { Picture } from "../../parts/picture.js";
import { VerdictBadge } from "../../parts/verdict-badge.js";
import classes from "./start.module.css";

const mostRuns = 6;
const mostDrawings = 16;
/** Edge of the smaller pictures: twice what is shown. */
const thumbnailEdge = 256;

/** Jobs that run; nothing where none does. The demo is shown by itself. */
export function RunningNow() {
  const { start } = useText();
  const { data } = useRoute(routes.jobs.list, { query: { state: "running", limit: 5 } });
  const jobs = (data?.jobs ?? []).filter(({ kind }) => kind !== "demo");
  if (jobs.length === 0) return null;
  return (
    <Section title={start.running.title} more={<More to="/queue">{start.running.all}</More>}>
      <Stack gap="xs">
        {jobs.map((job) => (
          <JobProgress key={job.id} job={job} />
        ))}
      </Stack>
    </Section>
  );
}

/** The latest runs. */
export function LatestRuns() {
  const { start } = useText();
  const query = useRoute(routes.runs.list, {});
  return (
    <Section title={start.runs.title} more={<More to="/runs">{start.runs.all}</More>}>
      <Answered query={query}>
        {({ runs }) =>
          runs.length === 0 ? (
            <Text c="var(--quiet)">{start.runs.empty}</Text>
          ) : (
            <div className={classes.runs}>
              {runs.slice(0, mostRuns).map((run) => (
                <RunCard key={run.name} run={run} />
              ))}
            </div>
          )
        }
      </Answered>
    </Section>
  );
}

/** The latest pictures. */
export function LatestDrawings() {
  const { start } = useText();
  const { drawings: text } = start;
  const query = useRoute(routes.library.drawings, { query: { limit: mostDrawings } });
  return (
    <Section title={text.title} more={<More to="/draw">{text.all}</More>}>
      <Answered query={query}>
        {({ drawings }) =>
          drawings.length === 0 ? (
            <Stack gap="xs" align="flex-start">
              <Text c="var(--quiet)">{text.empty}</Text>
              <Button variant="default" renderRoot={(props) => <Link to="/draw" {...props} />}>
                {text.begin}
              </Button>
            </Stack>
          ) : (
            <div className={classes.drawings}>
              {drawings.map((drawn) => (
                <Drawing key={drawn.name} drawn={drawn} />
              ))}
            </div>
          )
        }
      </Answered>
    </Section>
  );
}

function Section({
  title,
  more,
  children,
}: {
  readonly title: string;
  /** A link to all. */
  readonly more: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <Stack component="section" gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {title}
        </Title>
        {more}
      </Group>
      {children}
    </Stack>
  );
}

function More({
  to,
  children,
}: {
  readonly to: "/queue" | "/runs" | "/draw";
  readonly children: string;
}) {
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to={to} {...props} />}>
      {children}
    </Anchor>
  );
}

function RunCard({ run }: { readonly run: Run }) {
  const { common } = useText();
  const { name, title, verdict, state, step, steps, sample, started } = run;
  const seconds = (Date.now() - Date.parse(started)) / 1000;
  return (
    <Link to="/runs/$run" params={{ run: name }} className={classes.run}>
      <div className={classes.sample}>
        {sample !== undefined && (
          <Picture src={addressOf(routes.runs.file, { run: name, "*": sample })} alt="" />
        )}
      </div>
      <Stack gap={4} miw={0}>
        <Text fw={500} lineClamp={1}>
          {title}
        </Text>
        <Group gap={4}>
          {verdict !== undefined && <VerdictBadge state={verdict.state} />}
          {state !== "done" && (
            <Badge variant="light" color={state === "failed" ? "orange" : "gray"} tt="none">
              {common.states[state]}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="var(--quiet)">
          {`${step}/${steps} · ${common.ago(seconds)}`}
        </Text>
      </Stack>
    </Link>
  );
}

function Drawing({ drawn: { name, settings } }: { readonly drawn: Drawn }) {
  const { start } = useText();
  const { prompt = "" } = settings;
  const label = start.drawings.open(prompt === "" ? start.drawings.untitled : prompt);
  const query = { edge: thumbnailEdge };
  return (
    <Link to="/draw" search={{ prompt }} className={classes.drawing} title={label}>
      <Picture src={addressOf(routes.library.drawing, { drawing: name }, query)} alt={label} />
    </Link>
  );
}
