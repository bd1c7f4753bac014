/** @file What searches for settings have measured, one of them at a time. */

import { type Job, routes } from "@atelier/server/api";
import { Anchor, Select } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useRoute } from "../../app/use-route.js";
import { useLanguage, useText } from "../../messages/language.js";
import { ParetoChart } from "../../parts/tune/pareto-chart.js";
import { useJobEvents } from "../../parts/use-job-events.js";
import { RunSection } from "../runs/run-section.js";

/** The newest, and others to choose; nothing where there was none. */
export function CompareTunes() {
  const { data } = useRoute(routes.jobs.list, { query: { kind: "tune", limit: 100 } });
  const jobs = (data?.jobs ?? []).filter(({ state }) => state !== "waiting");
  return jobs.length === 0 ? null : <Tunes jobs={jobs} />;
}

function Tunes({ jobs }: { readonly jobs: readonly Job[] }) {
  const { compare, common } = useText();
  const { language } = useLanguage();
  const { tune: text } = compare;
  const [chosen, setChosen] = useState<string | null>(null);
  const job = jobs.find(({ id }) => id === chosen) ?? jobs[0];
  const events = useJobEvents(job?.id);
  const when = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  if (job === undefined) return null;
  return (
    <RunSection title={text.title} note={text.about}>
      {jobs.length > 1 && (
        <Select
          label={text.choose}
          allowDeselect={false}
          maw={400}
          data={jobs.map(({ id, title, created }) => ({
            value: id,
            label: `${title} · ${when.format(new Date(created))}`,
          }))}
          value={job.id}
          onChange={setChosen}
        />
      )}
      <ParetoChart events={events} />
      <Anchor
        size="sm"
        renderRoot={(props) => <Link to="/queue/$job" params={{ job: job.id }} {...props} />}
      >
        {job.title} · {common.states[job.state]}
      </Anchor>
    </RunSection>
  );
}
