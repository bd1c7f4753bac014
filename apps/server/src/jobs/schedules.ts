/** @file Schedules: asked for, listed, paused and ended. Their jobs are queued by `queue-due.ts`. */

import { randomUUID } from "node:crypto";
import { said } from "@atelier/engine";
import type { Selectable } from "kysely";
import type { JobRequest, Schedule } from "../api/index.js";
import { refused } from "../api/refusal.js";
import type { ScheduleTable } from "../database/tables.js";
import { commandOf } from "./commands/commands.js";
import { clockOf, type JobContext } from "./context.js";
import { titleOf } from "./create-job.js";
import { nextTime, type Repetition } from "./cron.js";
import { cleanText, toJson } from "./storable.js";

/** What is asked for. */
export interface NewSchedule extends Repetition {
  readonly request: JobRequest;
  readonly title?: string | undefined;
  readonly priority: number;
}

/** What is changed; with its times, those that have passed count for nothing. */
export interface ScheduleChange {
  readonly isPaused?: boolean | undefined;
  readonly title?: string | undefined;
  readonly priority?: number | undefined;
  readonly cron?: string | undefined;
  readonly zone?: string | undefined;
}

type ScheduleRow = Selectable<ScheduleTable>;

/** All of them, oldest first. */
export async function listSchedules({ database }: JobContext): Promise<Schedule[]> {
  const rows = await database.tables.selectFrom("schedule").selectAll().orderBy("number").execute();
  return rows.map(scheduleOf);
}

/** Begins one. @throws AtelierError for times that are none, and where its job would be refused now. */
export async function createSchedule(context: JobContext, given: NewSchedule): Promise<Schedule> {
  const { request, priority, cron, zone } = given;
  const next = nextTime(given, await clockOf(context));
  await commandOf(request).check(request, context.library);
  const row = await context.database.tables
    .insertInto("schedule")
    .values({
      ...{ id: randomUUID(), title: titleOf(given), request: toJson(request) },
      ...{ priority, cron, zone, next },
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await tellOfSchedule(context, row.id);
  return scheduleOf(row);
}

/** Changes one. @throws AtelierError, not found, or for times that are none. */
export async function changeSchedule(
  context: JobContext,
  id: string,
  { isPaused, title, priority, ...times }: ScheduleChange,
): Promise<Schedule> {
  const before = await requireSchedule(context, id);
  const { cron = before.cron, zone = before.zone } = times;
  const next = nextTime({ cron, zone }, await clockOf(context));
  const wasPaused = before.next === null;
  const isMoved = wasPaused || cron !== before.cron || zone !== before.zone;
  const row = await context.database.tables
    .updateTable("schedule")
    .set({
      ...{ cron, zone },
      ...(title !== undefined && { title: cleanText(title) }),
      ...(priority !== undefined && { priority }),
      ...((isPaused ?? wasPaused) ? { next: null } : isMoved && { next }),
    })
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw noSuchSchedule(id);
  await tellOfSchedule(context, id);
  return scheduleOf(row);
}

/** Ends one; its jobs stay. @throws AtelierError, not found. */
export async function removeSchedule(context: JobContext, id: string): Promise<void> {
  await requireSchedule(context, id);
  await context.database.tables.deleteFrom("schedule").where("id", "=", id).execute();
  await tellOfSchedule(context, id);
}

/** Tells everyone that a schedule has changed. */
export const tellOfSchedule = (
  { database }: Pick<JobContext, "database">,
  id: string,
): Promise<void> => database.tell({ kind: "schedule", name: id });

async function requireSchedule({ database }: JobContext, id: string): Promise<ScheduleRow> {
  const row = await database.tables
    .selectFrom("schedule")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
  if (row === undefined) throw noSuchSchedule(id);
  return row;
}

const noSuchSchedule = (id: string) =>
  refused("not-found", said`schedule ${id}: expected one that there is, got no such schedule.`);

function scheduleOf(row: ScheduleRow): Schedule {
  const { id, title, request, priority, cron, zone, next, created } = row;
  return {
    ...{ id, title, request, priority, cron, zone },
    isPaused: next === null,
    ...(next !== null && { next: next.toISOString() }),
    created: created.toISOString(),
  };
}
