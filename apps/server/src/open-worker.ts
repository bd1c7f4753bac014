/**
 * @file Opens a worker on a machine of its own: it shares a database with a Studio, and the library's folder or a storage
 * that files are exchanged through.
 */

import { openDatabase } from "./database/open-database.js";
import { openJobs } from "./jobs/jobs.js";
import { openLibrary } from "./library/open-library.js";
import { openStorage, type StoragePlace } from "./storage/open-storage.js";
import { filesInLibrary } from "./worker/attempt-files.js";
import { createExchange } from "./worker/exchange.js";
import { claimOwnFolder } from "./worker/own-folder.js";
import { filesFromElsewhere } from "./worker/sent-files.js";
import { startWorker, type WorkerOptions } from "./worker/start-worker.js";

/** What a worker is opened with. */
export interface OpenWorkerOptions
  extends Pick<WorkerOptions, "name" | "lanes" | "backend" | "program" | "version"> {
  /** The library's folder, the same as the Studio's; with a storage one of this worker's own. */
  readonly library: string;
  /** `postgres://…`; the embedded database is one process's alone. */
  readonly database: string;
  /** What files are exchanged through, the same as the Studio's. */
  readonly storage?: StoragePlace | undefined;
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
  storage,
  ...options
}: OpenWorkerOptions): Promise<OpenedWorker> {
  const store = storage && (await openStorage(storage));
  if (store !== undefined) await claimOwnFolder(path);
  const library = await openLibrary(path);
  const database = await openDatabase({ url });
  try {
    const jobs = await openJobs(database, { library: library.folder });
    const { items, origins, folder } = library;
    const { context } = jobs;
    const files =
      store === undefined
        ? filesInLibrary(context, { library: folder, items, origins })
        : filesFromElsewhere(context, createExchange(folder, store));
    const worker = await startWorker({ ...options, context, files, library: folder, origins });
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
