/** @file A worker on its own, on any machine that has the Studio's database and its library. */

import { openDatabase } from "../database/open-database.js";
import type { Backend, Lane } from "../database/tables.js";
import type { DeliveryOptions } from "../jobs/delivery.js";
import { openJobs } from "../jobs/jobs.js";
import { openLibraryFolder } from "../library/folder/library-folder.js";
import { createOrigins } from "../library/folder/origins.js";
import { createTrash } from "../library/folder/trash.js";
import { createItems } from "../library/items/items.js";
import { type RunningWorker, startWorker } from "./start-worker.js";

/** Options of {@link openWorker}. */
export interface OpenWorkerOptions extends DeliveryOptions {
  /** `postgres://…` */
  readonly database: string;
  /** The library's folder. */
  readonly library: string;
  /** Path of the command line's program. */
  readonly program: string;
  readonly version: string;
  readonly name?: string | undefined;
  readonly lanes?: readonly Lane[] | undefined;
  readonly backend?: Backend | undefined;
}

/** Opens a worker; it works until it is disposed. @throws AtelierError where database or library cannot be opened. */
export async function openWorker({
  database: url,
  library: folder,
  heartbeatSeconds,
  superviseSeconds,
  ...options
}: OpenWorkerOptions): Promise<RunningWorker> {
  const library = await openLibraryFolder(folder);
  const opened: AsyncDisposable[] = [];
  const close = async (): Promise<void> => {
    for (const one of opened.reverse()) await one[Symbol.asyncDispose]();
  };
  try {
    const database = await openDatabase({ url });
    opened.push(database);
    const timing = {
      ...(heartbeatSeconds !== undefined && { heartbeatSeconds }),
      ...(superviseSeconds !== undefined && { superviseSeconds }),
    };
    const jobs = await openJobs(database, { library, ...timing });
    opened.push(jobs);
    const origins = createOrigins(library);
    const items = createItems({
      ...{ library, origins, trash: createTrash(library) },
      onChange: (change) => void jobs.tell(change).catch(() => {}),
    });
    const { context } = jobs;
    const worker = await startWorker({ context, library, items, origins, ...options });
    opened.push(worker);
    return { name: worker.name, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
