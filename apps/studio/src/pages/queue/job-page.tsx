/** @file The page of one job: how far it is, what went wrong, what came of it, what was asked for, and its log. */

import { type Job, ProblemError, routes } from "@atelier/server/api";
import { Button, Group, Stack, Table, Text } from "@mantine/core";
import { Link, useParams } from "@tanstack/react-router";
import { CircleHelp, Clock, Repeat, RotateCcw, Save, X } from "lucide-react";
import { useState } from "react";
import { useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Answered } from "../../parts/answered.js";
import { EmptyState } from "../../parts/empty-state.js";
import { FinishButton } from "../../parts/finish-button.js";
import { JobLog } from "../../parts/job-log/job-log.js";
import { PageTitle } from "../../parts/page-title.js";
import { BeginDialog } from "../../parts/times/begin-dialog.js";
import { RepeatDialog } from "../../parts/times/repeat-dialog.js";
import { useSchedule } from "../../parts/times/use-schedule.js";
import { ParetoChart } from "../../parts/tune/pareto-chart.js";
import { useProblemText } from "../../parts/use-error-text.js";
import { useJobEvents } from "../../parts/use-job-events.js";
import { RunSection } from "../runs/run-section.js";
import { useSettingText } from "../runs/use-setting-text.js";
import { JobFacts } from "./job-facts.js";
import { JobOutcome } from "./job-outcome.js";
import classes from "./queue.module.css";
import { requestFacts } from "./request-facts.js";
import { JobState } from "./running-jobs.js";
import { canFinish, canStop, useJobActions } from "./use-job-actions.js";

/** The page. */
export function JobPage() {
  const { shell, queue: text } = useText();
  const id = useParams({ strict: false }).job ?? "";
  const query = useRoute(routes.jobs.get, { params: { job: id } });
  const isGone =
    query.error instanceof ProblemError && [400, 404, 422].includes(query.error.status);
  if (isGone) {
    return (
      <EmptyState icon={CircleHelp} title={text.job.gone} body={text.about}>
        <Button variant="default" renderRoot={(props) => <Link to="/queue" {...props} />}>
          {shell.places.queue}
        </Button>
      </EmptyState>
    );
  }
  return (
    <Answered query={query}>
      {(job) => (
        // The events of another attempt are listened to anew.
        <JobView key={`${id} ${job.attempt}`} job={job} />
      )}
    </Answered>
  );
}

function JobView({ job }: { readonly job: Job }) {
  const { compare, queue } = useText();
  const { job: text } = queue;
  const problemText = useProblemText();
  const events = useJobEvents(job.id);
  const { problem, state, kind } = job;
  return (
    <>
      <PageTitle title={job.title}>
        <Actions job={job} />
      </PageTitle>
      <Stack gap="lg">
        {problem !== undefined && (
          <div className={classes.failed}>
            <Text fw={600}>{text.problem}</Text>
            <Text>{problemText(problem)}</Text>
          </div>
        )}
        {state === "running" && <JobState job={job} />}
        <JobFacts job={job} />
        {kind === "tune" && (
          <RunSection title={compare.tune.title} note={compare.tune.about}>
            <ParetoChart events={events} />
          </RunSection>
        )}
        {state !== "waiting" && (
          <RunSection title={text.result}>
            <JobOutcome job={job} />
          </RunSection>
        )}
        <RunSection title={text.request}>
          <Request job={job} />
        </RunSection>
        <RunSection title={text.log}>
          <JobLog events={events} />
        </RunSection>
      </Stack>
    </>
  );
}

function Actions({ job }: { readonly job: Job }) {
  const { common, queue: text } = useText();
  const { stop, cancel, retry } = useJobActions();
  const { state } = job;
  return (
    <Group gap="xs">
      {canStop(job) && (
        <Button
          variant="default"
          leftSection={<Save size={16} aria-hidden />}
          disabled={job.wish !== undefined}
          onClick={() => void stop(job)}
        >
          {text.stop}
        </Button>
      )}
      {canFinish(job) && <FinishButton job={job} />}
      {(state === "waiting" || state === "running") && (
        <Button
          variant="default"
          leftSection={<X size={16} aria-hidden />}
          onClick={() => void cancel(job)}
        >
          {common.cancel}
        </Button>
      )}
      {(state === "failed" || state === "stopped" || state === "cancelled") && (
        <Button leftSection={<RotateCcw size={16} aria-hidden />} onClick={() => void retry(job)}>
          {text.job.retry}
        </Button>
      )}
      <Times job={job} />
    </Group>
  );
}

/** When it begins, and whether it comes again. */
function Times({ job }: { readonly job: Job }) {
  const { begin: text, repeat: repeating } = useText().times;
  const { beginAt } = useJobActions();
  const { repeat, isPending } = useSchedule();
  const [asked, setAsked] = useState<"begin" | "repeat">();
  const { state, begin, request, title, schedule } = job;
  const close = (): void => setAsked(undefined);
  return (
    <>
      {state === "waiting" && begin !== undefined && (
        <Button onClick={() => void beginAt(job, null)}>{text.now}</Button>
      )}
      {state === "waiting" && (
        <Button
          variant="default"
          leftSection={<Clock size={16} aria-hidden />}
          onClick={() => setAsked("begin")}
        >
          {begin === undefined ? text.open : text.change}
        </Button>
      )}
      {schedule === undefined && (
        <Button
          variant="default"
          leftSection={<Repeat size={16} aria-hidden />}
          loading={isPending}
          onClick={() => setAsked("repeat")}
        >
          {repeating.open}
        </Button>
      )}
      <BeginDialog
        isOpen={asked === "begin"}
        onClose={close}
        first={begin}
        onChoose={(chosen) => void beginAt(job, chosen)}
      />
      <RepeatDialog
        isOpen={asked === "repeat"}
        onClose={close}
        onChoose={(chosen) => repeat(request, chosen, title)}
      />
    </>
  );
}

function Request({ job: { request } }: { readonly job: Job }) {
  const valueText = useSettingText();
  const { runs } = useText();
  const facts = requestFacts(request);
  if (facts.length === 0) return <Text c="var(--quiet)">{runs.run.settings.none}</Text>;
  return (
    <Table verticalSpacing={6} layout="fixed">
      <Table.Tbody>
        {facts.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th fw={400} c="var(--quiet)">
              {name}
            </Table.Th>
            <Table.Td>{valueText(value)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
