/**
 * @file Files on their way to the library, one after another. They go on while the page shows something else, so that
 * they are kept beside the page and not in it.
 */

import type { Item } from "@atelier/server/api";
import type { UploadOptions } from "./upload-item.js";

/** A file on its way. */
export interface ItemUpload {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly sent: number;
  readonly state: "waiting" | "sending" | "failed";
  /** Why it has not arrived. */
  readonly error?: unknown;
}

/** Files on their way, and how to change that. */
export interface ItemUploads {
  readonly all: () => readonly ItemUpload[];
  readonly subscribe: (listener: () => void) => () => void;
  readonly send: (files: readonly File[]) => void;
  readonly retry: (id: number) => void;
  /** Stops it, and forgets it. */
  readonly stop: (id: number) => void;
}

/** Who sends, and who is told. */
export interface UploadsDeps {
  readonly post: (file: File, options: UploadOptions) => Promise<Item>;
  readonly onAdded: (item: Item) => void;
}

/** Sends one file at a time: a disk takes them no faster together. */
export function createItemUploads({ post, onAdded }: UploadsDeps): ItemUploads {
  let shown: readonly ItemUpload[] = [];
  let next = 0;
  let isSending = false;
  const files = new Map<number, { readonly file: File; stop: AbortController }>();
  const listeners = new Set<() => void>();
  const show = (uploads: readonly ItemUpload[]): void => {
    shown = uploads;
    for (const listener of listeners) listener();
  };
  const change = (id: number, changed: Partial<ItemUpload>): void =>
    show(shown.map((upload) => (upload.id === id ? { ...upload, ...changed } : upload)));
  const forget = (id: number): void => {
    files.delete(id);
    show(shown.filter((upload) => upload.id !== id));
  };

  const sendOne = async (id: number): Promise<void> => {
    const held = files.get(id);
    if (held === undefined) return forget(id);
    change(id, { state: "sending", sent: 0, error: undefined });
    try {
      const { signal } = held.stop;
      const item = await post(held.file, { signal, onSent: (sent) => change(id, { sent }) });
      forget(id);
      onAdded(item);
    } catch (error) {
      if (files.has(id)) change(id, { state: "failed", error });
    }
  };
  const work = async (): Promise<void> => {
    if (isSending) return;
    isSending = true;
    for (;;) {
      const waiting = shown.find(({ state }) => state === "waiting");
      if (waiting === undefined) break;
      await sendOne(waiting.id);
    }
    isSending = false;
  };

  return {
    all: () => shown,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send(given) {
      const added = given.map((file): ItemUpload => {
        const id = next++;
        files.set(id, { file, stop: new AbortController() });
        return { id, name: file.name, bytes: file.size, sent: 0, state: "waiting" };
      });
      show([...shown, ...added]);
      void work();
    },
    retry(id) {
      const held = files.get(id);
      if (held !== undefined) held.stop = new AbortController();
      change(id, { state: "waiting", error: undefined });
      void work();
    },
    stop(id) {
      const held = files.get(id);
      forget(id);
      held?.stop.abort();
    },
  };
}
