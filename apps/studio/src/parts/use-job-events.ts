/** @file A job's events as they come. */

import { type JobEvent, jobEvent } from "@atelier/server/api";
import { useEffect, useState } from "react";

/**
 * Events of a job, from its first on. Tabs that are not seen hold no connection, of which a browser allows six to a
 * server; seen again, they go on after the last event that they know.
 */
export function useJobEvents(job: string | undefined): readonly JobEvent[] {
  const [events, setEvents] = useState<readonly JobEvent[]>([]);
  useEffect(() => {
    setEvents([]);
    if (job === undefined) return;
    let source: EventSource | undefined;
    let isOver = false;
    let last = 0;
    let waiting: JobEvent[] = [];
    // Many come at once: they are shown together.
    const timer = setInterval(() => {
      if (waiting.length === 0) return;
      const come = waiting;
      waiting = [];
      setEvents((known) => [...known, ...come]);
    }, 200);
    const listen = (): void => {
      source?.close();
      source = undefined;
      if (isOver || document.hidden) return;
      // The browser itself connects again, and goes on after the last.
      source = new EventSource(`/api/jobs/${job}/events?from=${last}`);
      source.addEventListener("message", ({ data }: MessageEvent<string>) => {
        const told = jobEvent.safeParse(JSON.parse(data));
        if (!told.success || told.data.id <= last) return;
        last = told.data.id;
        waiting.push(told.data);
      });
      source.addEventListener("end", () => {
        isOver = true;
        source?.close();
      });
    };
    listen();
    document.addEventListener("visibilitychange", listen);
    return () => {
      document.removeEventListener("visibilitychange", listen);
      clearInterval(timer);
      source?.close();
    };
  }, [job]);
  return events;
}
