/** @file The page of one run: what is to be said of it, what it drew, what was measured, and what it made. */

import { type Job, ProblemError, type Run, routes } from "@atelier/server/api";
import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { Link, useParams } from "@tanstack/react-router";
import { CircleHelp } from "lucide-react";
import { useEffect } from "react";
import { useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Answered } from "../../parts/answered.js";
import { EmptyState } from "../../parts/empty-state.js";
import { JobLog } from "../../parts/job-log/job-log.js";
import { PageTitle } from "../../parts/page-title.js";
import { useJobEvents } from "../../parts/use-job-events.js";
import { countOf } from "./live-steps.js";
import classes from "./run.module.css";
import { RunActions } from "./run-actions.js";
import { RunCurves } from "./run-curves.js";
import { RunFacts, RunVerdict } from "./run-head.js";
import { RunPictures } from "./run-pictures.js";
import { RunResults } from "./run-results.js";
import { RunSamples } from "./run-samples.js";
import { RunSection } from "./run-section.js";
import { RunSettings } from "./run-settings.js";
import { RunStrength } from "./run-strength.js";
import { standingVerdict } from "./standing-verdict.js";
import { useStrengthJob } from "./use-strength-job.js";

/** How often a training that goes on is asked for what its events do not tell. */
const liveMs = 10_000;

/** Points of a loss: as many as a wide screen has pixels. */
const points = 1_500;

/** The page. */
export function RunPage() {
  const name = useParams({ strict: false }).run ?? "";
  const query = useRoute(routes.runs.get, { params: { run: name } });
  const { shell, runs } = useText();
  if (query.error instanceof ProblemError && [400, 404, 422].includes(query.error.status)) {
    return (
      <EmptyState icon={CircleHelp} title={runs.run.gone} body={runs.about}>
        <Button variant="default" renderRoot={(props) => <Link to="/runs" {...props} />}>
          {shell.places.runs}
        </Button>
      </EmptyState>
    );
  }
  return (
    <Answered query={query} skeleton={<Skeletons />}>
      {(run) => <WithJob key={name} run={run} />}
    </Answered>
  );
}

type WholeRun = Run & { readonly config: Readonly<Record<string, unknown>> };

/** The job that trained it last, if one did. */
function WithJob({ run }: { readonly run: WholeRun }) {
  const id = run.job ?? "";
  const query = useRoute(routes.jobs.get, { params: { job: id } }, { enabled: id !== "" });
  const job = id === "" ? undefined : query.data;
  // The events of another attempt are listened to anew.
  return <RunView key={`${id} ${job?.attempt ?? 1}`} run={run} job={job} />;
}

function RunView({ run: told, job }: { readonly run: WholeRun; readonly job: Job | undefined }) {
  const events = useJobEvents(told.job);
  const strength = useStrengthJob(told.name);
  // Whoever measures it holds its folder as well, and does not train it.
  const isMeasured = told.state === "running" && strength?.state === "running";
  const { runs } = useText();
  const { run: text } = runs;
  const { name, results, technique } = told;
  const params = { run: name };
  const state = isMeasured ? "done" : told.state;
  const live = state === "running" && { refetchInterval: liveMs };
  const curves = useRoute(routes.runs.curves, { params, query: { points } }, { ...live });
  const verdict = standingVerdict(told, curves.data);
  const run: WholeRun = { ...told, state, ...(verdict !== undefined && { verdict }) };
  const samples = useRoute(routes.runs.samples, { params }, { ...live });
  const items = useRoute(routes.library.list, {});
  const made = (items.data ?? []).filter((item) => item.run === name);
  useRefetchOn(countOf(events, ["look", "verdict", "resumed", "done"]), curves.refetch);
  useRefetchOn(countOf(events, ["sample"]), samples.refetch);
  const [dataset] = run.datasets;
  const canScale = state !== "running" && results.length > 0;
  return (
    <div className={classes.page}>
      <div>
        <PageTitle title={run.title}>
          <RunActions run={run} job={job} items={made} />
        </PageTitle>
        <Stack gap="lg">
          <RunVerdict run={run} job={job} />
          <RunFacts {...{ run, job, events }} memoryBytes={curves.data?.memoryBytes} />
        </Stack>
      </div>
      <RunSection title={text.samples.title}>
        <Answered query={samples}>{(drawn) => <RunSamples run={run} samples={drawn} />}</Answered>
      </RunSection>
      <Answered query={curves}>
        {(answer) => (
          <>
            <RunCurves run={run} curves={answer} events={events} />
            {answer.pictures.length > 0 && (
              <RunSection title={text.pictures.title} note={text.pictures.note}>
                <RunPictures pictures={answer.pictures} dataset={dataset} />
              </RunSection>
            )}
          </>
        )}
      </Answered>
      <RunSection title={text.results.title}>
        <RunResults items={made} />
      </RunSection>
      {canScale && (
        <RunSection title={text.strength.title} note={text.strength.about}>
          {technique === "textual-inversion" ? (
            <Text>{text.strength.word}</Text>
          ) : (
            <RunStrength run={run} job={strength} />
          )}
        </RunSection>
      )}
      <RunSection title={text.settings.title}>
        <RunSettings config={run.config} />
      </RunSection>
      <RunSection title={text.log.title}>
        {run.job === undefined ? (
          <Text c="var(--quiet)">{text.log.none}</Text>
        ) : (
          <JobLog events={events} />
        )}
      </RunSection>
    </div>
  );
}

/** Asks again when a number grows that says that there is more. */
function useRefetchOn(count: number, refetch: () => Promise<unknown>): void {
  useEffect(() => {
    if (count > 0) void refetch();
  }, [count, refetch]);
}

function Skeletons() {
  return (
    <Stack gap="lg" aria-hidden>
      <Skeleton height={32} width="40%" />
      <Skeleton height={80} />
      <Skeleton height={320} />
      <Skeleton height={320} />
    </Stack>
  );
}
