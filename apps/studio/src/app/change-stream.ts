/**
 * @file What the server says has changed, for all tabs over one connection: browsers allow six to a server, whatever
 * the number of tabs. One tab at a time holds a lock, listens, and tells the others.
 */

import { type Change, change } from "@atelier/server/api";

/** What whoever listens is told: a change, or that some may have been missed. */
export type Told = Change | "missed";

const name = "atelier-changes";

/** Listens until the returned function is called. */
export function listenToChanges(tell: (told: Told) => void): () => void {
  const channel = new BroadcastChannel(name);
  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    const told = change.safeParse(data);
    tell(told.success ? told.data : "missed");
  });
  const ended = new AbortController();
  // The tab that closes lets go of it, and the next one takes its place.
  navigator.locks
    .request(name, { signal: ended.signal }, () => listen({ tell, channel, signal: ended.signal }))
    .catch(() => {
      // It was still waiting when it was to end.
    });
  return () => {
    ended.abort();
    channel.close();
  };
}

interface Listening {
  readonly tell: (told: Told) => void;
  readonly channel: BroadcastChannel;
  readonly signal: AbortSignal;
}

/** Resolves at the signal; the browser itself connects again. */
function listen({ tell, channel, signal }: Listening): Promise<void> {
  const source = new EventSource("/api/changes");
  const pass = (told: Told): void => {
    if (signal.aborted) return;
    tell(told);
    channel.postMessage(told);
  };
  source.addEventListener("message", ({ data }: MessageEvent<string>) => {
    const told = change.safeParse(JSON.parse(data));
    if (told.success) pass(told.data);
  });
  source.addEventListener("open", () => pass("missed"));
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      source.close();
      resolve();
    });
  });
}
