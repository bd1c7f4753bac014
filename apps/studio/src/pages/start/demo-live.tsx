/** @file A demo as it goes on: what it learns from, where it is, its loss, and what it draws before and after. */

import type { Job } from "@atelier/server/api";
import { Stack, Text, Title } from "@mantine/core";
import { useMemo } from "react";
import { useText } from "../../messages/language.js";
import { JobProgress } from "../../parts/job-progress.js";
import { Picture } from "../../parts/picture.js";
import { useJobEvents } from "../../parts/use-job-events.js";
import { DemoLoss } from "./demo-loss.js";
import { DemoOutcome } from "./demo-outcome.js";
import { DemoPrompts } from "./demo-prompts.js";
import { DemoSteps } from "./demo-steps.js";
import { type DemoState, demoAddress, readDemo } from "./read-demo.js";
import classes from "./start.module.css";

/** The demo of a job. */
export function DemoLive({ job }: { readonly job: Job }) {
  const { id, state, run, attempt } = job;
  const events = useJobEvents(id);
  const demo = useMemo(() => readDemo(events, attempt), [events, attempt]);
  return (
    <Stack gap="lg">
      {state === "done" && demo.end !== undefined && <DemoOutcome job={job} end={demo.end} />}
      {state === "running" && <DemoSteps job={id} progress={demo.progress} />}
      {state !== "done" && state !== "running" && <JobProgress job={job} />}
      {run !== undefined && (
        <>
          <Lessons run={run} lessons={demo.lessons} />
          <DemoPrompts run={run} prompts={demo.prompts} />
        </>
      )}
      <DemoLoss losses={demo.losses} />
    </Stack>
  );
}

function Lessons({
  run,
  lessons,
}: {
  readonly run: string;
  readonly lessons: DemoState["lessons"];
}) {
  const { start } = useText();
  if (lessons.length === 0) return null;
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {start.demo.lessons}
      </Title>
      <div className={classes.lessons}>
        {lessons.map(({ caption, path }) => (
          <div key={path} className={classes.small} title={caption}>
            <Picture src={demoAddress(run, path)} alt={caption} />
          </div>
        ))}
      </div>
      <Text size="sm" c="var(--quiet)">
        {lessons.map(({ caption }) => `“${caption}”`).join(", ")}
      </Text>
    </Stack>
  );
}
