/** @file Opens a Studio: its library, its queue, a worker of its own and its server. */

import { join } from "node:path";
import { AtelierError, said } from "@atelier/engine";
import type { Hono } from "hono";
import { routes } from "./api/index.js";
import type { Change } from "./api/session.js";
import type { Database } from "./database/database.js";
import { openDatabase } from "./database/open-database.js";
import { createApp } from "./http/app.js";
import { createHandlers } from "./http/handlers.js";
import { hostCheck } from "./http/hosts.js";
import type { HttpEnv } from "./http/http-env.js";
import { countAttempts, openKey } from "./http/keys.js";
import { pageFiles } from "./http/page-files.js";
import { serve } from "./http/serve.js";
import { openSessions } from "./http/sessions.js";
import { type Jobs, openJobs } from "./jobs/jobs.js";
import { type Library, openLibrary } from "./library/open-library.js";
import type { ArtifactStore } from "./storage/artifact-store.js";
import { openStorage, type StoragePlace } from "./storage/open-storage.js";
import { filesInLibrary, type JobFiles } from "./worker/attempt-files.js";
import { createExchange } from "./worker/exchange.js";
import { createForecaster } from "./worker/forecast.js";
import { filesAlsoElsewhere } from "./worker/sent-files.js";
import { serveFiles } from "./worker/serve-files.js";
import { startWorker } from "./worker/start-worker.js";

/** What a Studio is opened with. */
export interface StudioOptions {
  /** The library's folder; made where there is none. */
  readonly library: string;
  /** `postgres://…`; the embedded database in the library's folder unless given. */
  readonly database?: string | undefined;
  /** What files are exchanged through with workers that do not see the library's folder. */
  readonly storage?: StoragePlace | undefined;
  /** Path of the command line's program, which does the jobs. */
  readonly program: string;
  /** The folder of the built page. */
  readonly page: string;
  /** 4860 unless given; 0 for any that is free. */
  readonly port?: number | undefined;
  /** Where to listen; this machine alone unless given. */
  readonly host?: string | undefined;
  /** Names of a proxy before it, by which it is reached as well. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Of Atelier. */
  readonly version: string;
  /** What lets people in, in place of the random key of the library; at least 12 letters. */
  readonly password?: string | undefined;
  /** Whether it takes jobs itself, beside workers elsewhere; it does unless told otherwise. */
  readonly takesJobs?: boolean | undefined;
  /** Whether answers are compared with the contract, in tests and in development. */
  readonly checksAnswers?: boolean | undefined;
  /** Is told what could not be answered and why. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Closes it. */
  readonly signal?: AbortSignal | undefined;
}

/** An open Studio. */
export interface Studio {
  /** `http://127.0.0.1:4860` */
  readonly url: string;
  /** What lets in: a browser at `${url}/#key=${key}`, a program as `Authorization: Bearer`. */
  readonly key: string;
  /** Ends: running jobs save and go on when it is opened again. */
  close(): Promise<void>;
}

const usualPort = 4860;

/**
 * Opens a Studio.
 * @throws AtelierError where the library or the database cannot be opened, another server has it, or the port is taken
 */
export async function openStudio(options: StudioOptions): Promise<Studio> {
  const { host = "127.0.0.1", port = usualPort, password, signal } = options;
  if (password !== undefined) requirePassword(password);
  signal?.throwIfAborted();
  const opened: (() => Promise<void>)[] = [];
  const close = once(async () => {
    // The last that was opened is the first to end.
    for (const end of opened.reverse()) await end();
  });
  try {
    const queue = await openQueue(options, opened);
    opened.push(keepTrashShort(queue.library, options.onError));
    const key = password ?? (await openKey(queue.library.folder.root));
    const closing = new AbortController();
    const app = appOf(options, { ...queue, key, closing: closing.signal });
    const listening = await serve(app, { host, port });
    opened.push(async () => {
      closing.abort();
      await listening.close();
    });
    const files = openFiles(options, queue, opened);
    if (options.takesJobs ?? true) {
      const worker = await startWorker({
        ...{ context: queue.jobs.context, files, origins: queue.library.origins },
        ...{ library: queue.library.folder, program: options.program, version: options.version },
        isAlone: queue.database.kind === "embedded",
      });
      opened.push(async () => worker[Symbol.asyncDispose]());
    }
    signal?.addEventListener("abort", () => void close(), { once: true });
    if (signal?.aborted) await close();
    return { url: `http://${nameOf(host)}:${listening.port}`, key, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What jobs are queued with. */
interface Queue {
  readonly library: Library;
  readonly database: Database;
  readonly jobs: Jobs;
  readonly store: ArtifactStore | undefined;
}

async function openQueue(
  { library: path, database: url, storage }: StudioOptions,
  opened: (() => Promise<void>)[],
): Promise<Queue> {
  if (storage !== undefined && url === undefined) throw storedAlone();
  const store = storage && (await openStorage(storage));
  const told: { tell?: (change: Change) => Promise<void> } = {};
  const library = await openLibrary(path, {
    // Who hears of it reads again; a change that nobody hears of is read with the next one.
    onChange: (change) => void told.tell?.(change).catch(() => undefined),
  });
  opened.push(library.close);
  const folder = join(library.folder.root, "database");
  const database = await openDatabase(url === undefined ? { folder } : { url });
  opened.push(async () => database[Symbol.asyncDispose]());
  const jobs = await openJobs(database, { library: library.folder });
  opened.push(async () => jobs[Symbol.asyncDispose]());
  told.tell = jobs.tell;
  return { library, database, jobs, store };
}

const storedAlone = () =>
  new AtelierError(
    "config",
    said`--storage: expected --database beside it, got none. Workers on other machines share a PostgreSQL with the Studio; name it, or leave the storage out.`,
  );

/** Where files of jobs that are done here come from and go to; those of other machines' jobs are looked after. */
function openFiles(
  { onError = () => {} }: StudioOptions,
  { library: { folder: library, items, origins }, jobs: { context }, store }: Queue,
  opened: (() => Promise<void>)[],
): JobFiles {
  const deps = { library, items, origins };
  const here = filesInLibrary(context, deps);
  if (store === undefined) return here;
  const exchange = createExchange(library, store);
  const serving = serveFiles(context, { ...deps, exchange, onError });
  opened.push(async () => serving[Symbol.asyncDispose]());
  return filesAlsoElsewhere(context, exchange, here);
}

const dayMs = 24 * 60 * 60 * 1000;

/** At the start and once a day. @returns ends it */
function keepTrashShort(
  { expireTrash }: Library,
  onError: StudioOptions["onError"] = () => {},
): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  const expire = (): void => {
    last = expireTrash().catch(onError);
  };
  expire();
  const timer = setInterval(expire, dayMs);
  return async () => {
    clearInterval(timer);
    await last;
  };
}

function appOf(
  { host = "127.0.0.1", allowedHosts, page, program, version, ...options }: StudioOptions,
  { key, ...parts }: Queue & { readonly key: string; readonly closing: AbortSignal },
): Hono<HttpEnv> {
  const guard = { key, sessions: openSessions(key), attempts: countAttempts() };
  const { folder, runs } = parts.library;
  const { memory } = parts.jobs.context;
  const forecast = createForecaster({ library: folder, runs, memory, program });
  return createApp({
    routes,
    handlers: createHandlers({ ...parts, forecast, guard, version }),
    guard,
    isOwnHost: hostCheck(host, allowedHosts),
    page: pageFiles(page),
    version,
    onError: options.onError ?? (() => {}),
    checksAnswers: options.checksAnswers ?? false,
  });
}

/** A name that browsers on this machine reach it by. */
function nameOf(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function requirePassword(password: string): void {
  if (/^\S{12,200}$/.test(password)) return;
  throw new AtelierError(
    "config",
    said`password: expected at least 12 letters without spaces, got others. Choose a longer one, or leave it out: the library then makes a key.`,
  );
}

/** Does something the first time that it is asked for; who asks again waits for the same. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
