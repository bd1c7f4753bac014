/**
 * @file The Studio's side of the storage: it sends what workers ask for, shows what their runs have come to, and takes
 * their results into the library, each once.
 */

import { AtelierError } from "@atelier/engine";
import { sql } from "kysely";
import { thingsNamed } from "../jobs/commands/named-things.js";
import { type JobContext, tellOf } from "../jobs/context.js";
import { dispatch } from "../jobs/dispatch.js";
import { createBell } from "../jobs/follow-events.js";
import type { JobRow } from "../jobs/job-row.js";
import { toJson } from "../jobs/storable.js";
import { noFiles, rowsWithFiles, unchanged } from "../jobs/stored-files.js";
import { createGate } from "../library/folder/in-turn.js";
import { putManifest } from "../storage/manifest.js";
import { pushFiles } from "../storage/push-files.js";
import { storageReasonOf } from "../storage/storage-error.js";
import { sweep } from "../storage/sweep.js";
import type { Exchange } from "./exchange.js";
import type { PublishDeps } from "./publish.js";
import { problemFor } from "./run-job.js";
import { type TakeInDeps, takeInMade, takeInSaved } from "./take-in.js";

/** How the files of jobs are looked after. */
export interface ServeFilesOptions extends PublishDeps {
  readonly exchange: Exchange;
  /** Is told what has not come off and is tried again. */
  readonly onError: (error: unknown) => void;
}

const lookMs = 2_000;
/** What has not come off is not tried again before. */
const restMs = 5_000;
/** Models take long to send; results do not wait for them. */
const atOnce = { sending: 2, taking: 4 };
const sweepMs = 6 * 60 * 60 * 1_000;

/** Looks after the files of jobs until it is disposed. */
export function serveFiles(context: JobContext, options: ServeFilesOptions): AsyncDisposable {
  const { exchange, onError } = options;
  const deps: TakeInDeps = { ...options, shown: new Map(), hung: new Map() };
  const ending = new AbortController();
  const { signal } = ending;
  const bell = createBell();
  const leave = context.database.hear(({ kind }) => {
    if (kind === "job") bell.ring();
  });
  const [sending, taking] = [createGate(atOnce.sending), createGate(atOnce.taking)];
  const busy = new Map<string, Promise<void>>();
  /** Rows that were read while they were looked after: there may be more to do. */
  const missed = new Set<string>();
  const restUntil = new Map<string, number>();

  const lookAfter = async (row: JobRow): Promise<void> => {
    try {
      const gate = isAwaitingInputs(row) ? sending : taking;
      await gate(() => serveRow(context, deps, { row, signal }));
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
      restUntil.set(row.id, Date.now() + restMs);
      await tellWhy(context, row, error).catch(onError);
    }
  };
  const round = async (): Promise<void> => {
    for (const row of await rowsWithFiles(context)) {
      const { id } = row;
      if (busy.has(id)) missed.add(id);
      if (busy.has(id) || (restUntil.get(id) ?? 0) > Date.now()) continue;
      const work = lookAfter(row).finally(() => {
        busy.delete(id);
        if (missed.delete(id)) bell.ring();
      });
      busy.set(id, work);
    }
  };
  const serve = async (): Promise<void> => {
    while (!signal.aborted) {
      await round().catch(onError);
      await bell.wait(lookMs, signal);
    }
  };
  const keepClean = async (): Promise<void> => {
    const pause = createBell();
    while (!signal.aborted) {
      await sweep(exchange.store, () => manifestsInUse(context), { signal }).catch(onError);
      await pause.wait(sweepMs, signal);
    }
  };
  const serving = Promise.all([serve(), keepClean()]);
  return {
    async [Symbol.asyncDispose]() {
      leave();
      ending.abort();
      await serving;
      await Promise.all(busy.values());
    },
  };
}

async function manifestsInUse(context: JobContext): Promise<string[]> {
  const rows = await rowsWithFiles(context);
  return rows.flatMap((row) => [row.inputs, row.saved, row.made].filter((name) => name !== null));
}

interface Served {
  readonly row: JobRow;
  readonly signal: AbortSignal;
}

async function serveRow(context: JobContext, deps: TakeInDeps, served: Served): Promise<void> {
  const { row } = served;
  switch (row.state) {
    case "running":
      if (row.made !== null) {
        await takeInMade(context, deps, served);
        return forget(deps, row);
      }
      if (isAwaitingInputs(row)) return sendInputs(context, deps, served);
      return takeInSaved(deps, served);
    case "waiting":
      return takeInSaved(deps, served);
    case "failed":
    case "stopped":
    case "cancelled":
    case "done":
      await takeInSaved(deps, served);
      await unchanged(context, row).set(noFiles).execute();
      forget(deps, row);
      return;
    default:
      row.state satisfies never;
  }
}

function forget({ shown, hung }: TakeInDeps, { id }: JobRow): void {
  shown.delete(id);
  hung.delete(id);
}

async function sendInputs(
  context: JobContext,
  { exchange, library }: TakeInDeps,
  { row, signal }: Served,
): Promise<void> {
  const { store, hashes } = exchange;
  const tops = await thingsNamed(library, { request: row.request, run: row.run ?? undefined });
  const { root } = library;
  const manifest = await pushFiles({ store, hashes, sent: new Set() }, { root, tops, signal });
  const inputs = await putManifest(store, manifest);
  await unchanged(context, row).set({ inputs, problem: null }).execute();
  await tellOf(context, row.id);
}

/** Says for what it waits, where waiting helps; ends what cannot come off otherwise. */
async function tellWhy(context: JobContext, row: JobRow, error: unknown): Promise<void> {
  const isWaitedFor = row.state === "running" && (row.made !== null || isAwaitingInputs(row));
  const problem = toJson(problemFor(error));
  if (!(error instanceof AtelierError) || mayPass(error)) {
    if (!isWaitedFor) return;
    await unchanged(context, row).set({ problem }).execute();
  } else if (isWaitedFor) {
    const values = { state: "failed", problem, progress: null, ended: sql<Date>`now()` } as const;
    await unchanged(context, row)
      .set({ ...values, asks: false, inputs: null, made: null })
      .execute();
    await dispatch(context);
  } else {
    // A run goes on where its worker has it; what was sent of it is nothing any more.
    await unchanged(context, row).set({ saved: null }).execute();
  }
  await tellOf(context, row.id);
}

const isAwaitingInputs = ({ asks, inputs }: JobRow): boolean => asks && inputs === null;

/** A storage that is away, a disk that is full. */
const mayPass = (error: AtelierError): boolean =>
  storageReasonOf(error) === "away" || error.context["systemCode"] !== undefined;
