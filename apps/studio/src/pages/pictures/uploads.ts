/**
 * @file Files on their way to data sets. They go on while the page shows something else, so that they are kept beside
 * the page and not in it.
 */

import type { Added } from "@atelier/server/api";
import { batchesOf, type GivenFile, kindOf, type NamedFile, namedFiles } from "./given-files.js";
import type { Dropped } from "./read-drop.js";

/** A file that was not taken: one that the page leaves out, or one that the server refuses. */
export interface Skipped {
  readonly name: string;
  readonly why: "unsupported" | "unread" | Omit<Added["skipped"][number], "name">;
}

/** How far files for a data set are. */
export interface Upload {
  readonly state: "sending" | "done" | "failed";
  readonly files: { readonly done: number; readonly total: number };
  readonly bytes: { readonly done: number; readonly total: number };
  readonly added: number;
  readonly captions: number;
  readonly skipped: readonly Skipped[];
  /** Why the rest has not arrived. */
  readonly error?: unknown;
}

/** Sends one portion to a data set. */
export type Post = (
  dataset: string,
  batch: readonly NamedFile[],
  signal: AbortSignal,
) => Promise<Added>;

interface Sending {
  upload: Upload;
  waiting: NamedFile[][];
  stop: AbortController;
}

/** Uploads by data set. */
export interface Uploads {
  readonly of: (dataset: string) => Upload | undefined;
  readonly areSending: () => boolean;
  readonly subscribe: (listener: () => void) => () => void;
  readonly send: (dataset: string, dropped: Dropped) => void;
  /** Sends what is left after a failure. */
  readonly retry: (dataset: string) => void;
  /** Forgets an upload; what has not been sent stays where it is. */
  readonly close: (dataset: string) => void;
}

/** Uploads that are sent by `post`; `onAdded` is told when something has arrived. */
export function createUploads(post: Post, onAdded: () => void): Uploads {
  const all = new Map<string, Sending>();
  const listeners = new Set<() => void>();
  const change = (sending: Sending, next: Partial<Upload>) => {
    sending.upload = { ...sending.upload, ...next };
    for (const listener of listeners) listener();
  };

  const run = async (dataset: string, sending: Sending): Promise<void> => {
    change(sending, { state: "sending", error: undefined });
    for (;;) {
      const [batch] = sending.waiting;
      if (batch === undefined) return change(sending, { state: "done" });
      try {
        const added = await post(dataset, batch, sending.stop.signal);
        sending.waiting.shift();
        change(sending, arrived(sending.upload, batch, added));
        onAdded();
      } catch (error) {
        if (!sending.stop.signal.aborted) change(sending, { state: "failed", error });
        return;
      }
    }
  };

  return {
    of: (dataset) => all.get(dataset)?.upload,
    areSending: () => [...all.values()].some(({ upload }) => upload.state === "sending"),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send(dataset, dropped) {
      const { batches, skipped } = sorted(dropped);
      const before = all.get(dataset);
      const isGoing = before?.upload.state === "sending" || before?.upload.state === "failed";
      const sending: Sending =
        before !== undefined && isGoing
          ? before
          : { upload: nothingSent, waiting: [], stop: new AbortController() };
      const isRunning = sending.upload.state === "sending" && isGoing;
      all.set(dataset, sending);
      sending.waiting.push(...batches);
      change(sending, withMore(sending.upload, batches.flat(), skipped));
      if (!isRunning) void run(dataset, sending);
    },
    retry(dataset) {
      const sending = all.get(dataset);
      if (sending?.upload.state === "failed") void run(dataset, sending);
    },
    close(dataset) {
      all.get(dataset)?.stop.abort();
      all.delete(dataset);
      for (const listener of listeners) listener();
    },
  };
}

const nothingSent: Upload = {
  state: "done",
  files: { done: 0, total: 0 },
  bytes: { done: 0, total: 0 },
  ...{ added: 0, captions: 0, skipped: [] },
};

function sorted({ files, unread }: Dropped) {
  const isSent = ({ file }: GivenFile) => kindOf(file.name) !== "other";
  const known = files.filter(({ file }) => kindOf(file.name) !== "system");
  const skipped: Skipped[] = [
    ...unread.map((name) => ({ name, why: "unread" as const })),
    ...known
      .filter((given) => !isSent(given))
      .map(({ file, folders }) => ({
        name: [...folders, file.name].join("/"),
        why: "unsupported" as const,
      })),
  ];
  return { batches: batchesOf(namedFiles(known.filter(isSent))), skipped };
}

function withMore(
  { files, bytes, skipped, ...rest }: Upload,
  more: readonly NamedFile[],
  left: readonly Skipped[],
): Upload {
  return {
    ...rest,
    files: { ...files, total: files.total + more.length },
    bytes: { ...bytes, total: bytes.total + sizeOf(more) },
    skipped: [...skipped, ...left],
  };
}

function arrived(upload: Upload, batch: readonly NamedFile[], added: Added): Partial<Upload> {
  const { files, bytes, skipped } = upload;
  return {
    files: { ...files, done: files.done + batch.length },
    bytes: { ...bytes, done: bytes.done + sizeOf(batch) },
    added: upload.added + added.added.length,
    captions: upload.captions + added.captions,
    skipped: [...skipped, ...added.skipped.map(({ name, ...why }) => ({ name, why }))],
  };
}

function sizeOf(files: readonly NamedFile[]): number {
  return files.reduce((sum, { file }) => sum + file.size, 0);
}
