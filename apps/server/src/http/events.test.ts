import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { eventStream, resumeAfter, type SentEvent } from "./events.js";

const open = new AbortController().signal;

describe("eventStream", () => {
  it("sends events with their ids, and then the end", async () => {
    const response = eventStream(
      async function* () {
        yield { id: 1, data: { text: "a\nb" } };
        yield { data: 2 };
      },
      { closing: open },
    );
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(await response.text()).toBe(
      'retry: 2000\n\nid: 1\ndata: {"text":"a\\nb"}\n\ndata: 2\n\nevent: end\ndata: {}\n\n',
    );
  });

  it("tells that it lives while nothing happens, and loses no event by it", async () => {
    const response = eventStream(
      async function* () {
        await wait(400);
        yield { id: 1, data: 1 };
      },
      { closing: open, heartbeatMs: 20 },
    );
    const text = await response.text();
    expect(text).toMatch(/^retry: 2000\n\n(:\n\n){2,}id: 1\ndata: 1\n\nevent: end/);
  });

  it("asks for no more events than are read, and tells when its reader leaves", async () => {
    let given = 0;
    let hasEnded = false;
    const response = eventStream(
      async function* (signal) {
        try {
          while (!signal.aborted) {
            given += 1;
            yield { id: given, data: "x" };
          }
        } finally {
          hasEnded = true;
        }
      },
      { closing: open },
    );
    const reader = response.body?.getReader();
    for (let chunk = 0; chunk < 4; chunk += 1) await reader?.read();
    await wait(50);
    expect(given).toBe(4);
    await reader?.cancel();
    await wait(10);
    expect(hasEnded).toBe(true);
  });

  it("leaves a source that waits for ever when its reader does", async () => {
    let left = false;
    const response = eventStream(
      async function* (signal): AsyncGenerator<SentEvent> {
        yield { data: 1 };
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        left = true;
      },
      { closing: open },
    );
    const reader = response.body?.getReader();
    for (let chunk = 0; chunk < 2; chunk += 1) await reader?.read();
    await wait(10);
    await reader?.cancel();
    await wait(10);
    expect(left).toBe(true);
  });

  it("ends without an end when the server closes, so that readers come back", async () => {
    const closing = new AbortController();
    const response = eventStream(
      async function* (signal): AsyncGenerator<SentEvent> {
        yield { id: 7, data: 1 };
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
      { closing: closing.signal },
    );
    const text = response.text();
    await wait(20);
    closing.abort();
    expect(await text).toBe("retry: 2000\n\nid: 7\ndata: 1\n\n");
  });

  it("says what went wrong, and nothing of errors that are not its own", async () => {
    const response = eventStream(
      async function* (): AsyncGenerator<SentEvent> {
        yield { data: 1 };
        throw new Error("secret");
      },
      { closing: open },
    );
    const text = await response.text();
    expect(text).toContain('event: problem\ndata: {"code":"internal"');
    expect(text).not.toContain("secret");
  });
});

describe("resumeAfter", () => {
  it("goes on after what the browser remembers, or else what is asked for", () => {
    const request = (id?: string) =>
      new Request("http://localhost/", {
        headers: id === undefined ? {} : { "last-event-id": id },
      });
    expect(resumeAfter(request(), 3)).toBe(3);
    expect(resumeAfter(request("12"), 3)).toBe(12);
    for (const id of ["-1", "1.5", "x", "1e3", "1".repeat(20)]) {
      expect(() => resumeAfter(request(id), 0)).toThrow(/expected the id of an event/);
    }
  });
});
