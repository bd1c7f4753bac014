/** @file The latest job that measured the strength of a run. */

import { type Job, routes } from "@atelier/server/api";
import { useRoute } from "../../app/use-route.js";

/** The job; nothing where there was none. */
export function useStrengthJob(run: string): Job | undefined {
  const { data } = useRoute(routes.jobs.list, { query: { kind: "strength", limit: 1_000 } });
  return data?.jobs.find(({ request }) => request.kind === "strength" && request.run === run);
}
