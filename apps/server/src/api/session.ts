/** @file Who may speak with the server, and what it is. */

import { z } from "zod";
import { route } from "./route.js";

export const memory = z.object({ totalBytes: z.number(), freeBytes: z.number() });

export const status = z
  .object({
    version: z.string(),
    library: z.string().describe("The library's folder"),
    database: z.enum(["embedded", "postgresql"]),
    cores: z.number(),
    memory,
    freeDiskBytes: z.number(),
    workers: z.number().describe("Workers that were heard of within a minute"),
  })
  .meta({ id: "Status" });
export type Status = z.infer<typeof status>;

export const sessionRoutes = {
  open: route({
    method: "POST",
    path: "/api/session",
    summary: "Exchanges the key for a cookie of this browser",
    body: z.object({ key: z.string().max(200) }),
    isOpen: true,
    answer: "nothing",
    status: 204,
  }),
  close: route({
    method: "DELETE",
    path: "/api/session",
    summary: "Forgets the cookie",
    answer: "nothing",
    status: 204,
  }),
  status: route({
    method: "GET",
    path: "/api/status",
    summary: "The server, its machine and its library",
    answer: status,
  }),
  changes: route({
    method: "GET",
    path: "/api/changes",
    summary: "Server-sent events: which jobs, data sets and items have changed",
    answer: "events",
  }),
} as const;

/** An event of `/api/changes`, as JSON in `data`. */
export const change = z.object({
  kind: z.enum(["job", "dataset", "item", "drawing", "worker", "schedule"]),
  name: z.string(),
});
export type Change = z.infer<typeof change>;
