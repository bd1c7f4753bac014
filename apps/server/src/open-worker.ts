/** @file Opens a worker on a machine of its own: it shares a database, and the library's folder, with a Studio. */

import { openDatabase } from "./database/open-database.js";
import { openJobs } from "./jobs/jobs.js";
import { openLibrary } from "./library/open-library.js";
import { startWorker, type WorkerOptions } from "./worker/start-worker.js";

/** What a worker is opened with. */
export interface OpenWorkerOptions
  extends Pick<WorkerOptions, "name" | "lanes" | "backend" | "program" | "version"> {
  /** The library's folder, the same as the Studio's: a shared folder where that is another machine. */
  readonly library: string;
  /** `postgres://…`; the embedded database is one process's alone. */
  readonly database: string;
}

/** A worker that works. */
export interface OpenedWorker {
  /** As lists of machines call it. */
  readonly name: string;
  /** Ends: running jobs save, and other workers go on with them. */
  close(): Promise<void>;
}

/** Opens a worker. @throws AtelierError where the library or the database cannot be opened */
export async function openWorker({
  library: path,
  database: url,
  ...options
}: OpenWorkerOptions): Promise<OpenedWorker> {
  const library = await openLibrary(path);
  const database = await openDatabase({ url });
  try {
    const jobs = await openJobs(database, { library: library.folder });
    const { items, origins, folder } = library;
    const worker = await startWorker({
      ...{ ...options, context: jobs.context },
      ...{ library: folder, items, origins },
    });
    return {
      name: worker.name,
      close: async () => {
        await worker[Symbol.asyncDispose]();
        await jobs[Symbol.asyncDispose]();
        await database[Symbol.asyncDispose]();
        await library.close();
      },
    };
  } catch (error) {
    await database[Symbol.asyncDispose]();
    await library.close();
    throw error;
  }
}
