/** @file Fetches anew what the server says has changed, by whomever: other tabs, workers, the command line. */

import { change } from "@atelier/server/api";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

const keysOf = {
  job: [
    ["api", "jobs"],
    ["api", "runs"],
  ],
  dataset: [["api", "datasets"]],
  item: [["api", "items"]],
  drawing: [["api", "drawings"]],
  worker: [["api", "workers"]],
} as const;

/** Listens while the page is shown; the browser itself connects again. */
export function useChanges(): void {
  const client = useQueryClient();
  useEffect(() => {
    const source = new EventSource("/api/changes");
    source.addEventListener("message", ({ data }: MessageEvent<string>) => {
      const told = change.safeParse(JSON.parse(data));
      if (!told.success) return;
      for (const queryKey of keysOf[told.data.kind]) void client.invalidateQueries({ queryKey });
    });
    // What was missed in between is unknown.
    source.addEventListener("open", () => void client.invalidateQueries());
    return () => source.close();
  }, [client]);
}
