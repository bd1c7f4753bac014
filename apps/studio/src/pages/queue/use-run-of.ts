/** @file The run that a job trained, where there is one to be seen. */

import { type Job, routes } from "@atelier/server/api";
import { useRoute } from "../../app/use-route.js";

/** Its name; nothing before its first step, after it was deleted, and of searches, whose runs are parts of them. */
export function useRunOf({ run }: Job): string | undefined {
  const { data } = useRoute(routes.runs.list, {}, { enabled: run !== undefined });
  return data?.runs.some(({ name }) => name === run) === true ? run : undefined;
}
