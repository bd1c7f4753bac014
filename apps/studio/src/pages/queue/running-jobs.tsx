/** @file Jobs that are being worked on. */

import type { Job } from "@atelier/server/api";
import { Button, Group, Progress, Text } from "@mantine/core";
import { useText } from "../../messages/language.js";
import { FinishButton } from "../../parts/finish-button.js";
import { JobName } from "./job-name.js";
import classes from "./queue.module.css";
import { canFinish, canStop, useJobActions } from "./use-job-actions.js";

/** One below the other. */
export function RunningJobs({ jobs }: { readonly jobs: readonly Job[] }) {
  return (
    <ul className={classes.jobs}>
      {jobs.map((job) => (
        <li key={job.id} className={classes.running}>
          <JobName job={job}>{job.worker !== undefined && ` · ${job.worker}`}</JobName>
          <JobState job={job} />
          <Actions job={job} />
        </li>
      ))}
    </ul>
  );
}

/** How far it is. */
export function JobState({ job: { title, progress, wish } }: { readonly job: Job }) {
  const { common, queue: text } = useText();
  const share = progress === undefined ? 0 : (100 * progress.done) / Math.max(1, progress.total);
  return (
    <div className={classes.progress}>
      <Progress value={share} aria-label={title} transitionDuration={120} />
      <Text size="sm" c="var(--quiet)">
        {wish !== undefined && `${text.wishes[wish]} · `}
        {progress === undefined
          ? common.states.running
          : [
              text.stages[progress.stage] ?? progress.stage,
              ...(progress.total > 1 ? [`${Math.floor(progress.done)} / ${progress.total}`] : []),
              ...(progress.secondsLeft === undefined
                ? []
                : [common.left(common.duration(progress.secondsLeft))]),
            ].join(" · ")}
      </Text>
    </div>
  );
}

function Actions({ job }: { readonly job: Job }) {
  const { common, queue: text } = useText();
  const { stop, cancel } = useJobActions();
  return (
    <Group gap="xs" justify="flex-end">
      {canStop(job) && (
        <Button
          size="xs"
          variant="default"
          disabled={job.wish !== undefined}
          onClick={() => void stop(job)}
        >
          {text.stop}
        </Button>
      )}
      {canFinish(job) && <FinishButton job={job} size="xs" />}
      <Button size="xs" variant="subtle" color="gray" onClick={() => void cancel(job)}>
        {common.cancel}
      </Button>
    </Group>
  );
}
