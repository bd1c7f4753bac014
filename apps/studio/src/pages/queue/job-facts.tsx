/** @file What is to be known of a job: when it was queued and begun, where, and what it waits for. */

import type { Job } from "@atelier/server/api";
import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useLanguage, useText } from "../../messages/language.js";
import { Fact } from "../../parts/fact.js";
import { kindName } from "../../parts/job-progress.js";
import classes from "./queue.module.css";
import { useRunOf } from "./use-run-of.js";

/** Names and values. */
export function JobFacts({ job }: { readonly job: Job }) {
  const { common, queue, shell, times } = useText();
  const { job: text } = queue;
  const { language } = useLanguage();
  const when = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
  const {
    kind,
    state,
    schedule,
    created,
    begin,
    started,
    ended,
    worker,
    attempt,
    priority,
    after,
  } = job;
  const run = useRunOf(job);
  return (
    <dl className={classes.facts} aria-label={text.facts}>
      <Fact name={text.kind}>{kindName(kind, common.jobKinds)}</Fact>
      <Fact name={text.state}>{common.states[state]}</Fact>
      <Fact name={text.created}>{when.format(new Date(created))}</Fact>
      {begin !== undefined && started === undefined && (
        <Fact name={text.begins}>{when.format(new Date(begin))}</Fact>
      )}
      {started !== undefined && <Fact name={text.started}>{when.format(new Date(started))}</Fact>}
      {ended !== undefined && <Fact name={text.ended}>{when.format(new Date(ended))}</Fact>}
      {worker !== undefined && <Fact name={text.worker}>{worker}</Fact>}
      {attempt > 1 && <Fact name={text.attempt}>{attempt}</Fact>}
      {state === "waiting" && <Fact name={text.priority}>{priority}</Fact>}
      {schedule !== undefined && (
        <Fact name={times.repeat.list}>
          <Anchor inherit renderRoot={(props) => <Link to="/queue" {...props} />}>
            {shell.places.queue}
          </Anchor>
        </Fact>
      )}
      {after.length > 0 && (
        <Fact name={text.waitsFor}>
          {after.map((id) => (
            <Anchor
              key={id}
              inherit
              display="block"
              renderRoot={(props) => <Link to="/queue/$job" params={{ job: id }} {...props} />}
            >
              {id.slice(0, 8)}
            </Anchor>
          ))}
        </Fact>
      )}
      {run !== undefined && (
        <Fact name={text.run}>
          <Anchor
            inherit
            renderRoot={(props) => <Link to="/runs/$run" params={{ run }} {...props} />}
          >
            {run}
          </Anchor>
        </Fact>
      )}
    </dl>
  );
}
