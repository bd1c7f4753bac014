/** @file A row of the table of jobs as the API answers it. */

import type { Selectable } from "kysely";
import type { Job, JobEvent } from "../api/index.js";
import type { EventTable, JobTable } from "../database/tables.js";

/** A row as it is read. */
export type JobRow = Selectable<JobTable>;

/** The job of a row. */
export function jobOf(row: JobRow): Job {
  const { begin, schedule, wish, worker, run, started, ended, progress, outcome, problem } = row;
  const { id, kind, title, request, state, priority, after, attempt } = row;
  return {
    ...{ id, kind, title, request, state, priority, after, attempt },
    created: row.created.toISOString(),
    ...(wish !== null && { wish }),
    ...(begin !== null && { begin: begin.toISOString() }),
    ...(schedule !== null && { schedule }),
    ...(worker !== null && { worker }),
    ...(run !== null && { run }),
    ...(progress !== null && { progress }),
    ...(started !== null && { started: started.toISOString() }),
    ...(ended !== null && { ended: ended.toISOString() }),
    ...(outcome !== null && { outcome }),
    ...(problem !== null && { problem }),
  };
}

/** The event of a row. */
export function eventOf({ id, attempt, time, body }: Selectable<EventTable>): JobEvent {
  return { id, attempt, time: time.toISOString(), event: body };
}
