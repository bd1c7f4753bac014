/** @file The newest check of a data set: started here or anywhere else, running or through. */

import { type Job, routes } from "@atelier/server/api";
import { useChange, useRoute } from "../../app/use-route.js";
import type { Desk } from "./desk.js";

/** A check of the pictures. */
export interface Check {
  readonly job: Job | undefined;
  readonly isRunning: boolean;
  readonly error: unknown;
  readonly start: () => void;
}

const pollMs = 2_000;

/** The newest check of a desk's data set. */
export function useCheck({ dataset, shape, captions }: Desk): Check {
  const isThis = (job: Job) => job.request.kind === "check" && job.request.dataset === dataset.name;
  const jobs = useRoute(routes.jobs.list, { query: { kind: "check", limit: 200 } });
  const create = useChange(routes.jobs.create);
  const known = jobs.data?.jobs.find(isThis);
  // The list may be older than what was just created.
  const made = create.data !== undefined && isThis(create.data) ? create.data : undefined;
  const newest = made !== undefined && (known?.created ?? "") < made.created ? made : known;
  const isRunning = newest?.state === "waiting" || newest?.state === "running";
  const own = useRoute(
    routes.jobs.get,
    { params: { job: newest?.id ?? "" } },
    { enabled: newest !== undefined && isRunning, refetchInterval: pollMs },
  );
  const job = own.data?.id === newest?.id ? (own.data ?? newest) : newest;
  const start = () => {
    captions.flush();
    const { width, height, buckets } = shape;
    create.mutate({
      body: { request: { kind: "check", dataset: dataset.name, width, height, buckets } },
    });
  };
  return {
    ...{ job, error: create.error ?? jobs.error, start },
    isRunning: create.isPending || job?.state === "waiting" || job?.state === "running",
  };
}
