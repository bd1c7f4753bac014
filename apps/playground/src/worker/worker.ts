/** @file The worker: does what the page asks for, one thing after another, and hears that it is to stop. */

import { AtelierError, asAtelierError, messageOf } from "@atelier/engine";
import { createMemoryFiles } from "@atelier/engine/web";
import { type Artist, baseFolder, openArtist } from "./artist.js";
import { downloadBase } from "./download-base.js";
import { watchMemory } from "./memory-taken.js";
import { openRuntime } from "./open-runtime.js";
import type { Answer, Problem, Request } from "./protocol.js";

watchMemory();
const files = createMemoryFiles();
const tell = (answer: Answer): void => postMessage(answer);
let artist: Artist | undefined;
let stopping = new AbortController();
let work: Promise<void> = Promise.resolve();

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
    const onProgress = (done: number, total: number) => tell({ type: "download", done, total });
    await downloadBase(files, { folder: baseFolder, onProgress, signal });
    const { runtime, ...opened } = await openRuntime(request.device, files);
    artist = openArtist({ runtime, files, tell });
    tell({ type: "opened", ...opened });
    return;
  }
  if (artist === undefined) throw new Error("internal: asked for work before the base is there.");
  if (request.type === "draw") await artist.draw(request.drawing, signal);
  else await artist.teach(request.lesson, signal);
}

function problemOf(thrown: unknown): Problem {
  const error = asAtelierError(thrown);
  if (error instanceof AtelierError) return { message: error.message, sentence: error.sentence };
  return { message: messageOf(thrown) };
}
