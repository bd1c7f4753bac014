/** @file What the server is and what its machine has left. */

import { statfs } from "node:fs/promises";
import { availableParallelism, freemem, totalmem } from "node:os";
import type { sessionRoutes } from "../api/session.js";
import type { Database } from "../database/database.js";
import type { Jobs } from "../jobs/jobs.js";
import type { Handler } from "./bind-route.js";

/** What it is asked of. */
export interface StatusDeps {
  readonly version: string;
  /** The library's folder. */
  readonly library: string;
  readonly database: Database["kind"];
  readonly jobs: Pick<Jobs, "workers">;
}

/** Answers the server's status. */
export function statusHandler({
  version,
  library,
  database,
  jobs,
}: StatusDeps): Handler<(typeof sessionRoutes)["status"]> {
  return async () => {
    const { bavail, bsize } = await statfs(library);
    const workers = await jobs.workers();
    return {
      ...{ version, library, database },
      cores: availableParallelism(),
      memory: { totalBytes: totalmem(), freeBytes: freemem() },
      freeDiskBytes: bavail * bsize,
      workers: workers.filter(({ isAlive }) => isAlive).length,
    };
  };
}
