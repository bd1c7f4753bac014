/** @file What is to be said of a run in one sentence, how far it is, and what it was made with. */

import type { Job, JobEvent, Run } from "@atelier/server/api";
import { Anchor, Progress, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useLanguage, useText } from "../../messages/language.js";
import { Fact } from "../../parts/fact.js";
import { useProblemText } from "../../parts/use-error-text.js";
import { keptText, useVerdictText } from "../../parts/use-verdict-text.js";
import { lossText } from "./curve-plots.js";
import { latestStep } from "./live-steps.js";
import classes from "./run.module.css";
import { needsAttention } from "./run-list.js";

/** What it is told of. */
interface Told {
  readonly run: Run;
  readonly job: Job | undefined;
  readonly events: readonly JobEvent[];
  readonly memoryBytes: number | undefined;
}

/** The verdict; orange where somebody should look. */
export function RunVerdict({ run, job }: Pick<Told, "run" | "job">) {
  const { runs, verdicts } = useText();
  const { run: text } = runs;
  const verdictText = useVerdictText();
  const problemText = useProblemText();
  const { verdict, state, keptStep, reason } = run;
  const failed = job?.state === "failed" ? job.problem : undefined;
  const kept =
    verdict !== undefined && keptStep !== undefined ? keptText(verdict, verdicts) : undefined;
  const note =
    state === "interrupted" ? text.brokeOff : state === "stopped" ? text.stoppedNote : undefined;
  const why =
    failed === undefined ? (state === "failed" ? reason : undefined) : problemText(failed);
  return (
    <div className={`${classes.verdict} ${needsAttention(run) ? classes.attention : ""}`}>
      <Text size="lg" fw={600} className={classes.sentence}>
        {verdict === undefined
          ? state === "running"
            ? text.undecided
            : text.unwatched
          : verdictText(verdict)}
      </Text>
      {kept !== undefined && <Text>{kept}</Text>}
      {note !== undefined && <Text>{note}</Text>}
      {why !== undefined && (
        <Text>
          <strong>{text.failedWhy}:</strong> {why}
        </Text>
      )}
    </div>
  );
}

/** Numbers; while it trains they are those of the latest step. */
export function RunFacts({ run, job, events, memoryBytes }: Told) {
  const { common, runs, queue } = useText();
  const { language } = useLanguage();
  const text = runs.run.facts;
  const live = run.state === "running" ? latestStep(events) : undefined;
  const step = Math.max(run.step, live?.step ?? 0);
  const loss = live?.loss ?? run.loss;
  const left = live?.secondsLeft ?? job?.progress?.secondsLeft;
  const memory = live?.memoryBytes ?? memoryBytes;
  const isBusy = run.state === "running" || job?.state === "running";
  const stage = job?.progress?.stage;
  const share = (100 * step) / Math.max(1, run.steps);
  const began = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return (
    <Stack gap="sm">
      {isBusy && (
        <div>
          <Progress
            value={share}
            aria-label={runs.run.progress}
            size="md"
            transitionDuration={120}
          />
          <Text size="sm" c="var(--quiet)" mt={4} aria-live="off">
            {text.stepOf(step, run.steps)}
            {job?.wish !== undefined && ` · ${queue.wishes[job.wish]}`}
            {stage !== undefined && stage !== "step" && ` · ${queue.stages[stage] ?? stage}`}
            {left != null && ` · ${common.left(common.duration(left))}`}
          </Text>
        </div>
      )}
      <dl className={classes.facts} aria-label={text.label}>
        <Fact name={text.state}>{common.states[run.state]}</Fact>
        <Fact name={text.steps}>{text.stepOf(step, run.steps)}</Fact>
        {run.keptStep !== undefined && <Fact name={text.kept}>{text.keptStep(run.keptStep)}</Fact>}
        <Fact name={text.took}>{common.duration(run.seconds)}</Fact>
        {memory != null && <Fact name={text.memory}>{common.bytes(memory)}</Fact>}
        {loss !== undefined && <Fact name={text.loss}>{lossText(loss)}</Fact>}
        <Fact name={text.technique}>{run.technique}</Fact>
        <Fact name={text.base}>{run.base}</Fact>
        <Fact name={text.pictures}>{run.datasets.join(", ")}</Fact>
        <Fact name={text.began}>{began.format(new Date(run.started))}</Fact>
        {job !== undefined && (
          <Fact name={text.job}>
            <Anchor
              inherit
              renderRoot={(props) => <Link to="/queue/$job" params={{ job: job.id }} {...props} />}
            >
              {common.states[job.state]}
            </Anchor>
          </Fact>
        )}
      </dl>
    </Stack>
  );
}
