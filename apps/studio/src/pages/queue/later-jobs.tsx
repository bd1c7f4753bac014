/** @file Jobs that wait for a time, the next first. */

import type { Job } from "@atelier/server/api";
import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { useText } from "../../messages/language.js";
import { BeginDialog } from "../../parts/times/begin-dialog.js";
import { useTimeText } from "../../parts/times/use-time-text.js";
import { JobName } from "./job-name.js";
import classes from "./queue.module.css";
import { useJobActions } from "./use-job-actions.js";

/** The list. */
export function LaterJobs({ jobs }: { readonly jobs: readonly Job[] }) {
  const { begin: text } = useText().times;
  const { moment } = useTimeText();
  return (
    <ul className={classes.jobs}>
      {jobs.map((job) => (
        <li key={job.id} className={classes.timed}>
          <JobName job={job}>
            {job.begin !== undefined && ` · ${text.at(moment(job.begin))}`}
          </JobName>
          <Actions job={job} />
        </li>
      ))}
    </ul>
  );
}

function Actions({ job }: { readonly job: Job }) {
  const { common, queue, times } = useText();
  const { begin: text } = times;
  const { beginAt, cancel } = useJobActions();
  const [isOpen, setOpen] = useState(false);
  return (
    <Group gap="xs" role="group" aria-label={queue.actionsOf(job.title)}>
      <Button size="xs" variant="default" onClick={() => void beginAt(job, null)}>
        {text.now}
      </Button>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        {text.change}
      </Button>
      <Button size="xs" variant="subtle" color="gray" onClick={() => void cancel(job)}>
        {common.cancel}
      </Button>
      <BeginDialog
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        first={job.begin}
        onChoose={(begin) => void beginAt(job, begin)}
      />
    </Group>
  );
}
