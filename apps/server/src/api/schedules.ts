/** @file Schedules: what is queued again and again, at the times of a cron expression. */

import { z } from "zod";
import { jobRequest } from "./jobs.js";
import { route } from "./route.js";
import { line, priority, scheduleId, time } from "./values.js";

const cron = z
  .string()
  .max(200)
  .describe("Minute, hour, day of month, month and day of week, as in crontab: 0 22 * * 1-5");
const zone = z
  .string()
  .max(100)
  .describe("Whose clock it means: a name of the IANA time zone database, such as Asia/Seoul");

export const schedule = z
  .object({
    id: scheduleId,
    title: z.string(),
    request: jobRequest,
    priority: z.number(),
    cron,
    zone,
    isPaused: z.boolean(),
    next: time.optional().describe("When its next job is queued; absent while it is paused"),
    created: time,
  })
  .meta({ id: "Schedule" });
export type Schedule = z.infer<typeof schedule>;

const one = z.object({ schedule: scheduleId });

export const scheduleRoutes = {
  list: route({
    method: "GET",
    path: "/api/schedules",
    summary: "What is queued again and again, oldest first",
    answer: z.array(schedule),
  }),
  create: route({
    method: "POST",
    path: "/api/schedules",
    summary: "Queues a job at each time of a cron expression",
    body: z.object({
      request: jobRequest,
      title: line.optional(),
      priority: priority.default(0),
      cron,
      zone: zone.default("UTC"),
    }),
    answer: schedule,
    status: 201,
  }),
  change: route({
    method: "PATCH",
    path: "/api/schedules/:schedule",
    summary: "Pauses it or lets it go on, names it, or changes its times",
    params: one,
    body: z.object({ isPaused: z.boolean(), title: line, priority, cron, zone }).partial(),
    answer: schedule,
  }),
  remove: route({
    method: "DELETE",
    path: "/api/schedules/:schedule",
    summary: "Ends it; jobs that it has queued stay",
    params: one,
    answer: "nothing",
    status: 204,
  }),
} as const;
