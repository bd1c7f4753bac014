/** @file Fetches anew what the server says has changed, by whomever: other tabs, workers, the command line. */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { listenToChanges } from "./change-stream.js";

const keysOf = {
  job: [
    ["api", "jobs"],
    ["api", "runs"],
  ],
  dataset: [["api", "datasets"]],
  item: [["api", "items"]],
  drawing: [["api", "drawings"]],
  worker: [["api", "workers"]],
  schedule: [["api", "schedules"]],
} as const;

/** Listens while the page is shown. */
export function useChanges(): void {
  const client = useQueryClient();
  useEffect(
    () =>
      listenToChanges((told) => {
        // What was missed is unknown.
        const keys = told === "missed" ? [[]] : keysOf[told.kind];
        for (const queryKey of keys) void client.invalidateQueries({ queryKey });
      }),
    [client],
  );
}
