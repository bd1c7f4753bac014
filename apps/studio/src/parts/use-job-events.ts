/** @file A job's events as they come. */

import { type JobEvent, jobEvent } from "@atelier/server/api";
import { useEffect, useState } from "react";

/** Events of a job, from its first on; the browser itself connects again and goes on after the last. */
export function useJobEvents(job: string | undefined): readonly JobEvent[] {
  const [events, setEvents] = useState<readonly JobEvent[]>([]);
  useEffect(() => {
    setEvents([]);
    if (job === undefined) return;
    const source = new EventSource(`/api/jobs/${job}/events`);
    let waiting: JobEvent[] = [];
    // Many come at once: they are shown together.
    const timer = setInterval(() => {
      if (waiting.length === 0) return;
      const come = waiting;
      waiting = [];
      setEvents((known) => [...known, ...come]);
    }, 200);
    source.addEventListener("message", ({ data }: MessageEvent<string>) => {
      const told = jobEvent.safeParse(JSON.parse(data));
      if (told.success) waiting.push(told.data);
    });
    source.addEventListener("end", () => source.close());
    return () => {
      clearInterval(timer);
      source.close();
    };
  }, [job]);
  return events;
}
