/** @file Drawings that go on, and the latest that ended, with their pictures as they come. */

import { type Drawn, type Job, routes } from "@atelier/server/api";
import { Skeleton, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { JobProgress } from "../../parts/job-progress.js";
import { useJobEvents } from "../../parts/use-job-events.js";
import classes from "./draw.module.css";
import { DrawingTile } from "./drawing-tile.js";
import { XyTable } from "./xy-table.js";

/** A job that draws. */
export type DrawJob = Job & { request: { kind: "draw" } };

/** Opens one of several pictures. */
export type OpenAmong = (name: string, drawings: readonly Drawn[]) => void;

/** Tells a job that draws from others. */
export function isDrawJob(job: Job): job is DrawJob {
  return job.request.kind === "draw";
}

/** Jobs of the page, the newest first. */
export function DrawingJobs({ onOpen }: { readonly onOpen: OpenAmong }) {
  const { draw } = useText();
  const { data } = useRoute(routes.jobs.list, { query: { kind: "draw", limit: 20 } });
  const jobs = (data?.jobs ?? []).filter(isDrawJob);
  const latest = jobs.find(({ state }) => state !== "waiting" && state !== "running");
  const shown = jobs.filter(
    (job) => job.state === "waiting" || job.state === "running" || job === latest,
  );
  if (shown.length === 0) return null;
  return (
    <Stack component="section" gap="md" aria-label={draw.jobs.label}>
      {shown.map((job) => (
        <JobPictures key={job.id} job={job} onOpen={onOpen} />
      ))}
    </Stack>
  );
}

/** A job with its pictures: a table where it is a grid, in the order of drawing otherwise. */
export function JobPictures({
  job,
  onOpen,
}: {
  readonly job: DrawJob;
  readonly onOpen: OpenAmong;
}) {
  const { draw } = useText();
  const { id, request, state } = job;
  const isOpen = state === "waiting" || state === "running";
  const { data } = useRoute(routes.library.drawings, { query: { job: id, limit: 1_000 } });
  useNewPictures(isOpen ? id : undefined);
  const drawings = [...(data?.drawings ?? [])].reverse();
  const open = (name: string): void => onOpen(name, drawings);
  const isGrid = request.x !== undefined || request.y !== undefined;
  const toCome = isOpen ? Math.max(0, request.count - drawings.length) : 0;
  const title = request.prompt === "" ? draw.history.untitled : request.prompt;
  return (
    <Stack gap="xs">
      {state === "done" ? (
        <Text size="sm" c="var(--quiet)" lineClamp={2}>
          {`${draw.jobs.latest}: ${title}`}
        </Text>
      ) : (
        <JobProgress job={job} title={title} />
      )}
      {isGrid ? (
        <XyTable request={request} drawings={drawings} isOpen={isOpen} onOpen={open} />
      ) : (
        <div className={classes.row}>
          {drawings.map((drawn) => (
            <div key={drawn.name} className={classes.square}>
              <DrawingTile drawn={drawn} onOpen={open} />
            </div>
          ))}
          {Array.from({ length: toCome }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: places without pictures are all alike.
            <Skeleton key={index} className={classes.square} height="auto" animate={index === 0} />
          ))}
        </div>
      )}
    </Stack>
  );
}

/** Fetches a job's pictures anew when it says that it has drawn another. */
function useNewPictures(job: string | undefined): void {
  const client = useQueryClient();
  const count = useJobEvents(job).filter(({ event }) => event.type === "image").length;
  useEffect(() => {
    if (count > 0) void client.invalidateQueries({ queryKey: ["api", "drawings"] });
  }, [client, count]);
}
