/** @file Jobs that are over, newest first, a page at a time; those that failed say why. */

import { type Job, type JobState, routes } from "@atelier/server/api";
import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Answered } from "../../parts/answered.js";
import { useProblemText } from "../../parts/use-error-text.js";
import { JobName } from "./job-name.js";
import classes from "./queue.module.css";
import { useJobActions } from "./use-job-actions.js";

const endStates = ["done", "failed", "stopped", "cancelled"] as const satisfies readonly JobState[];
const kinds = [
  ...(["train", "resume", "tune", "demo", "strength", "evaluate", "draw", "check"] as const),
  ...(["inspect", "convert", "merge", "extract", "download", "doctor"] as const),
];

/** Of a page. */
const limit = 50;

/** What is looked for. */
interface Filter {
  readonly state: JobState | undefined;
  readonly kind: string | undefined;
}

/** The list with what is looked for above it. */
export function EndedJobs() {
  const { common, queue: text } = useText();
  const [filter, setFilter] = useState<Filter>({ state: undefined, kind: undefined });
  return (
    <Stack gap="sm">
      <Group gap="xs" role="search">
        <Select
          aria-label={text.state}
          placeholder={text.allStates}
          clearable
          data={endStates.map((value) => ({ value, label: common.states[value] }))}
          value={filter.state ?? null}
          onChange={(value) =>
            setFilter({ ...filter, state: endStates.find((each) => each === value) })
          }
        />
        <Select
          aria-label={text.kind}
          placeholder={text.allKinds}
          clearable
          data={kinds.map((value) => ({ value, label: common.jobKinds[value] }))}
          value={filter.kind ?? null}
          onChange={(kind) => setFilter({ ...filter, kind: kind ?? undefined })}
        />
      </Group>
      <Pages key={`${filter.state} ${filter.kind}`} filter={filter} />
    </Stack>
  );
}

/** All pages that were asked for so far. */
function Pages({ filter }: { readonly filter: Filter }) {
  const [starts, setStarts] = useState<readonly (string | undefined)[]>([undefined]);
  return starts.map((after, index) => (
    <Page
      key={after ?? "first"}
      filter={filter}
      after={after}
      onMore={index === starts.length - 1 ? (next) => setStarts([...starts, next]) : undefined}
    />
  ));
}

function Page({
  filter: { state, kind },
  after,
  onMore,
}: {
  readonly filter: Filter;
  readonly after: string | undefined;
  /** Of the last page. */
  readonly onMore: ((next: string) => void) | undefined;
}) {
  const { queue: text } = useText();
  const query = useRoute(routes.jobs.list, {
    query: {
      limit,
      ...(state !== undefined && { state }),
      ...(kind !== undefined && { kind }),
      ...(after !== undefined && { after }),
    },
  });
  return (
    <Answered query={query}>
      {({ jobs, next }) => {
        const ended = jobs.filter((job) => job.state !== "waiting" && job.state !== "running");
        const isNone = ended.length === 0 && after === undefined && next === undefined;
        const none = state === undefined && kind === undefined ? text.noneEver : text.noneEnded;
        return (
          <>
            {isNone && <Text c="var(--quiet)">{none}</Text>}
            {ended.length > 0 && (
              <ul className={classes.jobs}>
                {ended.map((job) => (
                  <EndedJob key={job.id} job={job} />
                ))}
              </ul>
            )}
            {next !== undefined && onMore !== undefined && (
              <Button variant="default" size="xs" onClick={() => onMore(next)}>
                {text.more}
              </Button>
            )}
          </>
        );
      }}
    </Answered>
  );
}

function EndedJob({ job }: { readonly job: Job }) {
  const { common, queue: text } = useText();
  const problemText = useProblemText();
  const { retry } = useJobActions();
  const { state, ended, started, problem, attempt } = job;
  const age = ended === undefined ? 0 : (Date.now() - Date.parse(ended)) / 1000;
  const took =
    ended === undefined || started === undefined
      ? undefined
      : (Date.parse(ended) - Date.parse(started)) / 1000;
  const isFailed = state === "failed";
  return (
    <li className={classes.ended}>
      <JobName job={job}>
        {took !== undefined && ` · ${text.took(common.duration(Math.max(0, took)))}`}
        {attempt > 1 && ` · ${text.attempt(attempt)}`}
      </JobName>
      <div>
        <Text size="sm" {...(isFailed && { c: "var(--attention)", fw: 600 })}>
          {common.states[state]}
        </Text>
        <Text size="sm" c="var(--quiet)">
          {common.ago(Math.max(0, age))}
        </Text>
      </div>
      {state === "done" ? (
        <span />
      ) : (
        <Button size="xs" variant="default" onClick={() => void retry(job)}>
          {common.retry}
        </Button>
      )}
      {isFailed && problem !== undefined && (
        <Text size="sm" className={classes.problem}>
          {problemText(problem)}
        </Text>
      )}
    </li>
  );
}
