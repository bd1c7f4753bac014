/** @file The worker: does what the page asks for, one thing after another, and hears that it is to stop. */

import { messageOf } from "@atelier/engine";
import { createMemoryFiles } from "@atelier/engine/web";
import { type Artist, openArtist } from "./artist.js";
import { download } from "./download-base.js";
import { alone } from "./learn.js";
import { forgetLesson, readKeptLesson } from "./lesson-store.js";
import { watchMemory } from "./memory-taken.js";
import { openRuntime } from "./open-runtime.js";
import { problemOf } from "./problem-of.js";
import type { Answer, Device, Request } from "./protocol.js";

/** Of a run on a graphics card that is gone. */
const mostSecondsToEnd = 10;

watchMemory();
const files = createMemoryFiles();
const tell = (answer: Answer): void => postMessage(answer);
let artist: Artist | undefined;
let stopping = new AbortController();
let work: Promise<void> = readKeptLesson().then(
  (lesson) => tell({ type: "kept", lesson }),
  (error: unknown) => tell({ type: "unkept", reason: messageOf(error) }),
);

addEventListener("message", ({ data: request }: MessageEvent<Request>) => {
  if (request.type === "stop") {
    stopping.abort(new Error("you stopped it"));
    return;
  }
  work = work.then(() => doIt(request));
});

async function doIt(request: Exclude<Request, { type: "stop" }>): Promise<void> {
  stopping = new AbortController();
  const { signal } = stopping;
  try {
    await answerTo(request, signal);
    tell({ type: "ended", how: signal.aborted ? "stopped" : "done" });
  } catch (error) {
    if (signal.aborted) tell({ type: "ended", how: "stopped" });
    else tell({ type: "failed", problem: problemOf(error) });
  }
}

async function answerTo(
  request: Exclude<Request, { type: "stop" }>,
  signal: AbortSignal,
): Promise<void> {
  if (request.type === "open") {
    await open(request.device, signal);
    return;
  }
  if (request.type === "forget") {
    await alone(forgetLesson);
    tell({ type: "kept", lesson: undefined });
    return;
  }
  if (artist === undefined) throw new Error("internal: asked for work before the base is there.");
  if (request.type === "draw") await artist.draw(request.drawing, signal);
  else if (request.type === "teach") await artist.teach(request.lesson, signal);
  else await artist.goOn(signal);
}

async function open(asked: Device, signal: AbortSignal): Promise<void> {
  const onProgress = (done: number, total: number) => tell({ type: "download", done, total });
  const fetchBuild = (device: Device) => download(files, device, { onProgress, signal });
  const { runtime, lost, ...opened } = await openRuntime(asked, { files, fetchBuild });
  artist = openArtist({ runtime, files, tell });
  tell({ type: "opened", ...opened });
  void lost?.then(async (reason) => {
    // What it worked on fails by itself, and keeps what it has; a run that does not end is not waited for.
    await Promise.race([
      work,
      new Promise((resolve) => setTimeout(resolve, mostSecondsToEnd * 1000)),
    ]);
    tell({ type: "lost", reason });
  });
}
