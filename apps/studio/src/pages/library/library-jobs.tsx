/** @file Jobs that change the library, while they go on and where they went wrong. */

import { type Job, type JobKind, routes } from "@atelier/server/api";
import { Stack } from "@mantine/core";
import { useRoute } from "../../app/use-route.js";
import { JobProgress } from "../../parts/job-progress.js";

/** What went wrong longer ago than this is told in the queue alone. */
const freshMs = 60 * 60_000;
const kinds: readonly JobKind[] = ["download", "convert", "merge", "extract"];

/** The jobs; of one item, or all. */
export function LibraryJobs({
  label,
  isShown = () => true,
}: {
  readonly label: string;
  readonly isShown?: (job: Job) => boolean;
}) {
  // The latest of all kinds: that of a kind alone would be a request for each.
  const { data } = useRoute(routes.jobs.list, { query: { limit: 100 } });
  const jobs = (data?.jobs ?? []).filter(
    (job) => kinds.some((kind) => kind === job.kind) && isTold(job) && isShown(job),
  );
  if (jobs.length === 0) return null;
  return (
    <Stack component="section" gap="xs" aria-label={label}>
      {jobs.map((job) => (
        <JobProgress key={job.id} job={job} />
      ))}
    </Stack>
  );
}

function isTold({ state, ended }: Job): boolean {
  if (state === "waiting" || state === "running") return true;
  const isFresh = ended !== undefined && Date.now() - Date.parse(ended) < freshMs;
  return isFresh && (state === "failed" || state === "stopped");
}
