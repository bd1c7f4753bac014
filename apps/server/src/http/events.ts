/**
 * @file Streams of server-sent events: each with the id that a reader goes on from, nothing sent faster than it is
 * read, a sign of life while nothing happens, and an end when the reader leaves or the server does.
 */

import { said } from "@atelier/engine";
import { refused } from "../api/refusal.js";
import { problemFor } from "./problems.js";

/** An event to send. */
export interface SentEvent {
  readonly id?: number | undefined;
  /** Sent as JSON. */
  readonly data: unknown;
}

/** How events are streamed. */
export interface EventStreamOptions {
  /** When the server ends; readers then come back by themselves. */
  readonly closing: AbortSignal;
  /** A sign of life is sent this long after the last event. */
  readonly heartbeatMs?: number;
}

/** Browsers come back after this time. */
const retryMs = 2_000;

/**
 * An answer that streams events. After the last one an event `end` tells readers not to come back; an event `problem`
 * says what went wrong.
 * @param events from a signal that aborts when nobody reads any longer
 */
export function eventStream(
  events: (signal: AbortSignal) => AsyncIterable<SentEvent>,
  { closing, heartbeatMs = 15_000 }: EventStreamOptions,
): Response {
  const left = new AbortController();
  const signal = AbortSignal.any([left.signal, closing]);
  const iterator = events(signal)[Symbol.asyncIterator]();
  let pending: Promise<IteratorResult<SentEvent>> | undefined;

  const leave = (): void => {
    left.abort();
    // It may wait for something that never comes; its own `finally` is none of this reader's business.
    Promise.resolve(iterator.return?.()).catch(() => undefined);
  };

  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(encoded(`retry: ${retryMs}\n\n`)),
      pull: async (controller) => {
        pending ??= iterator.next();
        const next = await firstOf(pending, heartbeatMs, signal);
        if (next === "silence") return controller.enqueue(encoded(":\n\n"));
        pending = undefined;
        if (next === "aborted") {
          leave();
          return controller.close();
        }
        if (next instanceof Error) {
          controller.enqueue(eventText({ data: problemFor(next).problem }, "problem"));
          return controller.close();
        }
        if (next.done !== true) return controller.enqueue(eventText(next.value));
        controller.enqueue(eventText({ data: {} }, "end"));
        controller.close();
      },
      cancel: leave,
    },
    { highWaterMark: 1 },
  );
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      // Of proxies: to hold nothing back.
      "x-accel-buffering": "no",
    },
  });
}

/** After which event a reader goes on: what its browser remembers, or else what it asks for. */
export function resumeAfter(request: Request, from: number): number {
  const last = request.headers.get("last-event-id");
  if (last === null || last === "") return from;
  if (/^\d{1,15}$/.test(last)) return Number(last);
  throw refused("bad-input", said`Last-Event-ID: expected the id of an event, got ${last}.`);
}

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);

function eventText({ id, data }: SentEvent, name?: string): Uint8Array {
  const lines = [
    ...(name === undefined ? [] : [`event: ${name}`]),
    ...(id === undefined ? [] : [`id: ${id}`]),
    // JSON has no line breaks of its own.
    `data: ${JSON.stringify(data)}`,
  ];
  return encoded(`${lines.join("\n")}\n\n`);
}

async function firstOf<T>(
  next: Promise<T>,
  silenceMs: number,
  signal: AbortSignal,
): Promise<T | Error | "silence" | "aborted"> {
  const done = new AbortController();
  const silence = new Promise<"silence">((resolve) => {
    const timer = setTimeout(() => resolve("silence"), silenceMs);
    done.signal.addEventListener("abort", () => clearTimeout(timer));
  });
  const aborted = new Promise<"aborted">((resolve) => {
    if (signal.aborted) resolve("aborted");
    signal.addEventListener("abort", () => resolve("aborted"), { signal: done.signal });
  });
  try {
    return await Promise.race([next, silence, aborted]);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    done.abort();
  }
}
